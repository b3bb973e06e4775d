using Firn.Captures.Archives.Projects;
using Firn.Common;
using Firn.Python.Distributions;

namespace Firn.Captures.Archives.Planning;

/// <summary>The project of an editable install.</summary>
/// <param name="Distribution">The distribution.</param>
/// <param name="Archive">Its files.</param>
internal sealed record PlannedProject(Distribution Distribution, ProjectArchive Archive)
{
    /// <summary>Bytes of its files.</summary>
    public long Size => Archive.Members.Sum(member => member.Content?.Length ?? 0);

    /// <summary>The folder that the distribution names, links followed.</summary>
    public string Folder => RealPath.Of(Distribution.Editable!.Path);

    /// <summary>The same as the distribution's metadata spells it.</summary>
    public string SpelledFolder => Path.TrimEndingDirectorySeparator(Distribution.Editable!.Path);

    /// <summary>The folder that the bundle begins at, links followed.</summary>
    public string Root => Less(Folder);

    /// <summary>The same as the distribution's metadata spells it.</summary>
    public string SpelledRoot => Less(SpelledFolder);

    /// <summary>Whether the distribution's metadata lies in the project itself (<c>setup.py develop</c>).</summary>
    public bool HoldsMetadata => RealPath.IsWithin(RealPath.Of(Distribution.MetadataPath), Root);

    private string Less(string folder) =>
        Archive.Subfolder.Length > 0 && folder.EndsWith("/" + Archive.Subfolder, StringComparison.Ordinal)
            ? folder[..^(Archive.Subfolder.Length + 1)]
            : folder;
}
