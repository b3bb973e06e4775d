using Firn.Archives.Documents;
using Firn.Archives.Projects;
using Firn.Common;
using Firn.Common.Files;
using Firn.Conda.Prefixes;
using Firn.Python.Distributions;

namespace Firn.Archives.Plans;

/// <summary>A bundle to be: which files it holds. Nothing was read for it but metadata.</summary>
internal sealed class PlannedBundle
{
    public required ArchivedPackageKind Kind { get; init; }

    /// <summary>As in <see cref="ArchivedPackage.Name"/>.</summary>
    public required string Name { get; init; }

    public string? Version { get; init; }

    /// <summary>The prefix that it is for.</summary>
    public required PlannedTree Prefix { get; init; }

    /// <summary>The tree that the paths of its files are relative to.</summary>
    public required InstalledTree Tree { get; init; }

    /// <summary>The files; RECORD is not among them.</summary>
    public List<PlannedMember> Members { get; } = [];

    /// <summary>Bytecode of its members.</summary>
    public List<TreeFile> Bytecode { get; } = [];

    /// <summary>The distribution, where it is one.</summary>
    public Distribution? Distribution { get; init; }

    /// <summary>The conda package, where it is one.</summary>
    public PlannedCondaPackage? Conda { get; init; }

    /// <summary>The project of an editable install, where it is one.</summary>
    public PlannedProject? Project { get; init; }

    /// <summary>Where the metadata lies in a bundle, for example <c>lib/python3.11/site-packages/x-1.0.dist-info</c>.</summary>
    public string? MetadataPath { get; init; }

    /// <summary>Whether a RECORD is built for it.</summary>
    public bool HasRecord { get; set; }

    /// <summary>Whether its RECORD lists bytecode.</summary>
    public bool RecordsBytecode { get; set; }

    /// <summary>Rows of RECORD whose file is missing, or belongs to another bundle.</summary>
    public List<RecordedFile> OtherRows { get; } = [];

    /// <summary>Those of them whose file is missing.</summary>
    public List<RecordedFile> Missing { get; } = [];

    /// <summary>Launchers, by path in the bundle.</summary>
    public List<PlannedMember> Launchers { get; } = [];

    /// <summary>What the installer wrote into the metadata folder.</summary>
    public List<PlannedMember> InstallerFiles { get; } = [];

    /// <summary>What leads an editable install to its project.</summary>
    public List<PlannedMember> LinkFiles { get; } = [];

    /// <summary>Files and links to read, bytecode with them.</summary>
    public int FileCount => Members.Count + Bytecode.Count + (Project?.Archive.Members.Length ?? 0);

    /// <summary>Bytes of its files as they lie on disk.</summary>
    public long Size { get; set; }

    /// <summary>Bytes of its bytecode.</summary>
    public long BytecodeSize { get; set; }

    /// <summary>Bytes to read.</summary>
    public long ReadSize => Size + BytecodeSize;

    /// <summary>What the document says of it by the plan alone.</summary>
    /// <param name="bundle">The bundle that was made.</param>
    /// <param name="record">Of a conda package: the object that is its record.</param>
    public ArchivedPackage Describe(Sha256Digest bundle, Sha256Digest? record = null) => new()
    {
        Kind = Kind,
        Name = Name,
        Version = Version,
        Bundle = bundle,
        Root = Project is null ? string.Empty : $"src/{Name}",
        ProjectPath = Project?.Root,
        Subfolder = Project?.Archive.Subfolder ?? string.Empty,
        Conda = Conda is null || record is null
            ? null
            : new ArchivedCondaPackage { Build = Conda.Record.Package.Build, Record = record },
    };

    /// <summary>Gives it a file.</summary>
    public void Take(TreeFile file, string bundlePath, MemberForm form, RecordedFile? recorded = null)
    {
        var member = new PlannedMember(bundlePath, file, form, recorded);
        file.Use = TreeFileUse.Member;
        file.Owner = this;
        file.Member = member;
        Size += file.Stat.IsRegularFile ? file.Stat.Size : 0;
        Members.Add(member);
    }

    /// <summary>Gives it bytecode of one of its members.</summary>
    public void TakeBytecode(TreeFile file)
    {
        file.Use = TreeFileUse.Bytecode;
        file.Owner = this;
        BytecodeSize += file.Stat.Size;
        Bytecode.Add(file);
    }
}

/// <summary>A file of a tree that goes into a bundle.</summary>
/// <param name="BundlePath">Its path there.</param>
/// <param name="File">The file.</param>
/// <param name="Form">How its bytes change.</param>
/// <param name="Recorded">What the distribution's record says of it.</param>
internal sealed record PlannedMember(string BundlePath, TreeFile File, MemberForm Form, RecordedFile? Recorded = null);

/// <summary>How the bytes of a file become those in a bundle.</summary>
internal enum MemberForm
{
    /// <summary>As they are.</summary>
    AsIs,

    /// <summary>A wheel's script: the line that names the interpreter back to <c>#!python</c>.</summary>
    Script,

    /// <summary>A text in which the prefix becomes the placeholder wherever it stands.</summary>
    PrefixText,

    /// <summary>A text in which the prefix becomes the placeholder, if it is a script: many programs are not.</summary>
    PrefixScript,
}

/// <summary>A conda package to be archived.</summary>
/// <param name="Record">Its record.</param>
/// <param name="Prefixes">What the prefix is called in its files.</param>
internal sealed record PlannedCondaPackage(CondaFileRecord Record, IReadOnlyList<string> Prefixes);

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
