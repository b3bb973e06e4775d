namespace Firn.Python;

/// <summary>A file name in a folder of the search path that stands for a distribution.</summary>
/// <param name="Name">The file name.</param>
/// <param name="IsFolder">Whether it is a folder, links followed.</param>
internal sealed record MetadataName(string Name, bool IsFolder);
