namespace Firn.Analyses.Observation;

/// <summary>A distribution as its metadata's file name tells.</summary>
/// <param name="MetadataPath">The <c>.dist-info</c> or <c>.egg-info</c>.</param>
/// <param name="Name">As it is spelt there.</param>
/// <param name="Version">Empty where it is not told.</param>
internal sealed record InstalledName(string MetadataPath, string Name, string Version);
