namespace Firn.Host;

/// <summary>An environment variable that is on the list, with credentials taken out of its value.</summary>
/// <param name="Name">The name.</param>
/// <param name="Value">The value; may be empty, which is not the same as unset.</param>
public sealed record CapturedVariable(string Name, string Value);
