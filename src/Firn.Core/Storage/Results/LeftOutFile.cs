namespace Firn.Storage.Results;

/// <summary>Something in a folder that is not added.</summary>
/// <param name="Path">Where it is, absolute.</param>
/// <param name="Reason">Why, for a person, without a final period.</param>
internal sealed record LeftOutFile(string Path, string Reason);
