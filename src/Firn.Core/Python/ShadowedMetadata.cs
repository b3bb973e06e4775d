namespace Firn.Python;

/// <summary>A distribution that is installed but hidden by another one of the same name.</summary>
/// <param name="Metadata">The hidden one.</param>
/// <param name="HiddenBy">The one that was found before it.</param>
internal sealed record ShadowedMetadata(InstalledMetadata Metadata, InstalledMetadata HiddenBy);
