using System.Text;
using Firn.Common;
using Firn.Conda.Linking;
using Firn.Python.Installation;
using Firn.Restore.Planning;

namespace Firn.Restore.Unpacking;

/// <summary>
/// What the installation of a package adds to its own files: conda's record, launchers, the installer's files, RECORD. The
/// paths that it is told of are relative to the tree.
/// </summary>
internal sealed class PackageInstallation(PackageRestore job)
{
    private readonly string _sitePackages = SitePackagesOf(job);
    private readonly RestoredRecord _rows = new(SitePackagesOf(job), job.Target.IsWholePython);
    private readonly Dictionary<string, CondaRestoredFile> _condaFiles = new(StringComparer.Ordinal);

    /// <summary>The member that is the distribution's RECORD.</summary>
    public string? RecordPath { get; } = job.Package.Distribution is { } distribution
        ? $"{SitePackagesOf(job)}/{distribution.Metadata}/RECORD"
        : null;

    /// <summary>RECORD as the bundle has it.</summary>
    public byte[]? Record { private get; set; }

    /// <summary>conda's record is told of the bytes that a file has.</summary>
    public void NoteContent(string path, Sha256Digest digest, long length) =>
        _condaFiles[path] = new CondaRestoredFile(digest, length);

    /// <summary>RECORD gets a row for a file that has other bytes than in the bundle.</summary>
    public void AddRow(string path, byte[] content)
    {
        if (RecordPath is not null)
        {
            _rows.Set(path, content);
        }
    }

    /// <summary>RECORD gets a row for a bytecode file.</summary>
    public void AddBytecodeRow(string path)
    {
        if (job.Package.Distribution is { RecordsBytecode: true })
        {
            _rows.SetWithoutHash(path);
        }
    }

    /// <summary>The files that are added, when all others are there: RECORD, which has a row of each, comes last.</summary>
    public IEnumerable<InstalledFile> Files()
    {
        if (job.Conda is { } conda)
        {
            // What was edited in the archived prefix is described as it is now.
            yield return FileAt(conda.RecordPath, false, conda.WriteRecord(_condaFiles, isLinked: false));
        }

        if (job.Package.Distribution is not { } distribution)
        {
            yield break;
        }

        foreach (var launcher in distribution.Launchers)
        {
            var body = job.Target.Tokens.Fill(launcher.Body);
            yield return Recorded(launcher.Path, isExecutable: true, launcher.Interpreter is { } interpreter
                ? ShebangWriter.For(Path.Join(job.Target.Prefix, interpreter)) + body
                : body);
        }

        foreach (var (name, text) in distribution.InstallerFiles)
        {
            yield return Recorded($"{_sitePackages}/{distribution.Metadata}/{name}", isExecutable: false, job.Target.Tokens.Fill(text));
        }

        foreach (var row in distribution.LinkFiles)
        {
            AddTextRow($"{_sitePackages}/{row}");
        }

        if (Record is not null)
        {
            yield return FileAt(RecordPath!, false, _rows.Compose(Record));
        }
    }

    /// <summary>The paths of those that no bundle has: all but RECORD.</summary>
    public static IEnumerable<string> PathsOf(PackageRestore job)
    {
        if (job.Conda is { } conda)
        {
            yield return conda.RecordPath;
        }

        if (job.Package.Distribution is not { } distribution)
        {
            yield break;
        }

        foreach (var launcher in distribution.Launchers)
        {
            yield return launcher.Path;
        }

        foreach (var name in distribution.InstallerFiles.Keys)
        {
            yield return $"{SitePackagesOf(job)}/{distribution.Metadata}/{name}";
        }
    }

    /// <summary>Where a tree's packages lie in bundles and in restored prefixes.</summary>
    private static string SitePackagesOf(PackageRestore job) => $"lib/{job.Target.Tree.PythonFolder}/site-packages";

    private InstalledFile FileAt(string path, bool isExecutable, byte[] content) => new(job.Target.Below(path), isExecutable, content);

    private InstalledFile Recorded(string path, bool isExecutable, string text)
    {
        var content = Encoding.UTF8.GetBytes(text);
        _rows.Set(path, content);
        return FileAt(path, isExecutable, content);
    }

    private void AddTextRow(string path)
    {
        foreach (var text in job.Target.Tree.Texts)
        {
            if (text.Path == path)
            {
                _rows.Set(path, job.Target.Tokens.FillBytes(text.Text));
            }
        }
    }
}

/// <summary>A file that an installation adds.</summary>
/// <param name="Place">Where it goes, relative to the restored prefix.</param>
/// <param name="IsExecutable">Whether it may be executed.</param>
/// <param name="Content">Its bytes.</param>
internal sealed record InstalledFile(string Place, bool IsExecutable, byte[] Content);
