namespace Firn.Host;

/// <summary>The operating system, in the words of <c>os-release(5)</c>.</summary>
/// <param name="Id"><c>ID</c>, for example <c>debian</c>; <c>macos</c> or <c>windows</c>.</param>
/// <param name="VersionId"><c>VERSION_ID</c>; rolling distributions have none.</param>
/// <param name="Name"><c>PRETTY_NAME</c>.</param>
public sealed record OperatingSystemFacts(string Id, string? VersionId, string Name);
