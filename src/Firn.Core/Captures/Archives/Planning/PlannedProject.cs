using Firn.Captures.Archives.Projects;
using Firn.Common;
using Firn.Python.Distributions;

namespace Firn.Captures.Archives.Planning;

/// <summary>Code outside of the prefix that the environment imports: the project of an editable install, or what a <c>.pth</c> file adds.</summary>
/// <param name="Name">The distribution's canonical name, or one made from the folder's; each once.</param>
/// <param name="Path">The folder as the environment names it; a zip file that is on <c>sys.path</c>.</param>
/// <param name="Archive">Its files.</param>
internal sealed record PlannedProject(string Name, string Path, ProjectArchive Archive)
{
    /// <summary>The distribution, where it is the project of one.</summary>
    public Distribution? Distribution { get; init; }

    /// <summary>Whether it is one file.</summary>
    public bool IsFile { get; init; }

    /// <summary>Bytes of its files.</summary>
    public long Size => Archive.Members.Sum(member => member.Content?.Length ?? 0);

    /// <summary>The folder that is named, links followed.</summary>
    public string Folder => RealPath.Of(Path);

    /// <summary>The same as the environment spells it.</summary>
    public string SpelledFolder => System.IO.Path.TrimEndingDirectorySeparator(Path);

    /// <summary>The folder that the bundle begins at, links followed; of a zip file the file.</summary>
    public string Root => Less(Folder);

    /// <summary>The same as the environment spells it.</summary>
    public string SpelledRoot => Less(SpelledFolder);

    /// <summary>What stands for the path in texts.</summary>
    public string Token => ArchiveTokens.Project(Name) + (IsFile ? "/" + System.IO.Path.GetFileName(Path) : string.Empty);

    /// <summary>Whether a path, links followed, lies in it: metadata of <c>setup.py develop</c>.</summary>
    public bool Holds(string path) => RealPath.IsWithin(RealPath.Of(path), Root);

    private string Less(string folder) =>
        Archive.Subfolder.Length > 0 && folder.EndsWith("/" + Archive.Subfolder, StringComparison.Ordinal)
            ? folder[..^(Archive.Subfolder.Length + 1)]
            : folder;
}
