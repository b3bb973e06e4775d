using Firn.Python.Distributions;
using Firn.Python.Installation;

namespace Firn.Captures.Archives.Planning;

/// <summary>A bundle to be: which files it holds. Nothing was read for it but metadata.</summary>
internal sealed class PlannedBundle
{
    public required ArchivedPackageKind Kind { get; init; }

    /// <summary>As in <see cref="ArchivedPackage.Name"/>.</summary>
    public required string Name { get; init; }

    public string? Version { get; init; }

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
