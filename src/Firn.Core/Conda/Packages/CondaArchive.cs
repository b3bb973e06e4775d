using System.Collections.Immutable;
using Firn.Common;
using Firn.Conda.Prefixes;

namespace Firn.Conda.Packages;

/// <summary>
/// A package's archive, unpacked and checked: what it says of itself, and what an installation of it holds. The contents
/// lie in memory or in a temporary file until it is disposed.
/// </summary>
internal sealed class CondaArchive : IDisposable
{
    private readonly UnpackSpool _spool;
    private readonly PackageFailure _failure;
    private readonly List<Problem> _problems = [];
    private readonly PackageFiles _files;
    private readonly long _length;

    private CondaArchive(UnpackSpool spool, PackageContents contents, PackageFailure failure, string fileName, long length)
    {
        _spool = spool;
        _failure = failure;
        _length = length;
        FileName = fileName;
        _files = new PackageFiles(contents, spool, failure);
        Info = new PackageInfoReader(_files, failure).Read();
        Paths = new PackageListing(_files, failure, _problems).Read();
        Info = WithScripts(Info);
        CheckName();
    }

    /// <summary>What the package says of itself.</summary>
    public CondaArchiveInfo Info { get; }

    /// <summary>The name of the archive: <c>NAME-VERSION-BUILD.conda</c>.</summary>
    public string FileName { get; }

    /// <summary>The paths that it wants to have linked, in its order.</summary>
    public ImmutableArray<LinkedPath> Paths { get; }

    /// <summary>What is odd in it and did not stop it.</summary>
    public IReadOnlyList<Problem> Problems => _problems;

    /// <summary>Reads an archive.</summary>
    /// <param name="path">The file.</param>
    /// <param name="fileName">The archive's name, whose extension tells the format; from a lock or a URL.</param>
    /// <param name="temporaryFolder">Where a large package is unpacked.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="FirnException">It is not a package, is damaged, or has what no package may have.</exception>
    public static CondaArchive Open(string path, string fileName, string temporaryFolder, CancellationToken cancellation)
    {
        var failure = new PackageFailure(fileName);
        if (PackageIdentity.StemOf(fileName) is null)
        {
            throw new FirnException(
                $"{failure.Package} is not a conda package", "packages are files whose names end in .conda or .tar.bz2");
        }

        var spool = new UnpackSpool(temporaryFolder);
        CondaArchive? archive = null;
        try
        {
            archive = Read(path, fileName, spool, failure, cancellation);
            return archive;
        }
        finally
        {
            if (archive is null)
            {
                spool.Dispose();
            }
        }
    }

    /// <summary>What an installation of the package holds.</summary>
    /// <exception cref="FirnException">It needs a Python, and there is none; or its paths meet in one place.</exception>
    public CondaInstallation Install(CondaInstallTarget target) =>
        new InstallationComposer(this, _files, _failure, _length).Compose(target);

    public void Dispose() => _spool.Dispose();

    private static CondaArchive Read(
        string path, string fileName, UnpackSpool spool, PackageFailure failure, CancellationToken cancellation)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 0);
            var length = file.Length;
            var contents = new PackageContents(spool, failure);
            var budget = new UnpackBudget(length, failure, cancellation);
            var isZip = fileName.EndsWith(".conda", StringComparison.Ordinal);
            PackageContainer.Read(file, isZip, contents, failure, budget);
            return new CondaArchive(spool, contents, failure, fileName, length);
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException or NotSupportedException
            or ArgumentException or OverflowException)
        {
            // NotSupportedException and the last two: what the runtime's zip reader says of damaged directories.
            throw failure.Damaged(exception.Message, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FirnException(
                $"cannot read {path}: {exception.Message}", "check that it is there and may be read", innerException: exception);
        }
    }

    private CondaArchiveInfo WithScripts(CondaArchiveInfo info)
    {
        var scripts = ImmutableArray.CreateBuilder<string>();
        var digests = ImmutableArray.CreateBuilder<Sha256Digest>();
        var hasMenu = false;
        foreach (var (path, member) in Paths)
        {
            hasMenu |= path.Path.StartsWith("Menu/", StringComparison.OrdinalIgnoreCase)
                && path.Path.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
            if (CondaLinkScripts.IsScript(path.Path, info.Name) && member?.File is not null)
            {
                scripts.Add(path.Path);
                digests.Add(Sha256Digest.Of(_files.Read(path.Path)));
            }
        }

        return info with
        {
            LinkScripts = scripts.DrainToImmutable(),
            LinkScriptDigests = digests.DrainToImmutable(),
            HasMenu = hasMenu,
        };
    }

    private void CheckName()
    {
        var expected = $"{Info.Name}-{Info.Version}-{Info.Build}";
        if (PackageIdentity.StemOf(FileName) != expected)
        {
            _problems.Add(new Problem("conda-name-differs", null, $"{_failure.Package} calls itself {expected}"));
        }
    }
}

/// <summary>
/// The scripts that installers run around linking a package (CEP 34). They ran when the environment was made, and what
/// they made is archived with the files that no package owns; restoring runs none, and says which there are.
/// </summary>
internal static class CondaLinkScripts
{
    private static readonly string[] Actions = ["pre-link", "post-link", "pre-unlink", "post-unlink"];

    /// <summary>The scripts of the package, relative to the prefix; empty for most.</summary>
    public static ImmutableArray<string> Of(CondaFileRecord record)
    {
        var scripts = ImmutableArray.CreateBuilder<string>();
        foreach (var entry in record.Entries)
        {
            if (IsScript(entry.Path, record.Package.Name))
            {
                scripts.Add(entry.Path);
            }
        }

        return scripts.ToImmutable();
    }

    /// <summary>Whether a path of the package of that name is one of its scripts.</summary>
    public static bool IsScript(string path, string name)
    {
        if (!path.StartsWith("bin/.", StringComparison.Ordinal))
        {
            return false;
        }

        foreach (var action in Actions)
        {
            if (path == $"bin/.{name}-{action}.sh")
            {
                return true;
            }
        }

        return false;
    }
}
