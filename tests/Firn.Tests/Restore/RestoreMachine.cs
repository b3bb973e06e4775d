using System.Text;
using Firn.Archives;
using Firn.Archives.Documents;
using Firn.Common;
using Firn.Common.Bundles;
using Firn.Common.Tar;
using Firn.Python.Environments;
using Firn.Restore;
using Firn.Restore.Planning;
using Firn.Storage;
using Firn.Storage.Bundles;

namespace Firn.Tests.Restore;

/// <summary>A store with bundles made by hand, and restores of them.</summary>
internal sealed class RestoreMachine : IDisposable
{
    public const string SitePackages = "lib/python3.11/site-packages";
    private readonly TemporaryFolder _folder = new();
    private readonly List<ArchivedPackage> _packages = [];

    public RestoreMachine() => Store = Store.OpenOrCreate(_folder["store"], TimeProvider.System);

    public Store Store { get; }

    public string Prefix => _folder["restored"];

    public string Cache => _folder["cache"];

    public SystemContext SystemContext => new()
    {
        Variables = new Dictionary<string, string> { ["FIRN_CACHE"] = Cache },
        HomeDirectory = _folder["home"],
        CurrentDirectory = _folder.Path,
    };

    public string this[string relative] => _folder[relative];

    /// <summary>A file of the restored prefix.</summary>
    public string Restored(string path) => Path.Join(Prefix, path);

    public string ReadRestored(string path) => File.ReadAllText(Restored(path));

    public static BundleMember Member(string path, string content, bool isExecutable = false) => new()
    {
        Path = path,
        IsExecutable = isExecutable,
        Content = BundleContent.OfBytes(Encoding.UTF8.GetBytes(content)),
    };

    public static BundleMember Link(string path, string target) => new()
    {
        Path = path,
        Kind = TarEntryKind.Link,
        LinkTarget = target,
    };

    /// <summary>Adds a bundle as a package of the environment.</summary>
    public ArchivedPackage Add(
        ArchivedPackageKind kind, string name, IReadOnlyList<BundleMember> members, ArchivedDistribution? distribution = null)
    {
        var bundle = Store.Bundles.Add(members, BundleAddOptions.Default, CancellationToken.None);
        var package = new ArchivedPackage
        {
            Kind = kind,
            Name = name,
            Version = "1.0",
            Bundle = bundle.Digest,
            Size = bundle.Size,
            FileCount = bundle.FileCount,
            Distribution = distribution,
        };
        _packages.Add(package);
        return package;
    }

    public void AddBytecode(ArchivedPackage package, IReadOnlyList<BundleMember> members, string tag = "cpython-311")
    {
        Store.Bundles.AddBytecode(package.Bundle, tag, members, BundleAddOptions.Default, CancellationToken.None);
        _packages[_packages.IndexOf(package)] = package with
        {
            HasBytecode = true,
            Bytecode = Store.Bundles.BytecodeDigest(package.Bundle, tag),
        };
    }

    /// <summary>Gives a conda package its record, and files that were edited.</summary>
    public void AddRecord(ArchivedPackage package, string record, params ReadOnlySpan<EditedFile> edited) =>
        _packages[_packages.IndexOf(package)] = package with
        {
            Conda = new ArchivedCondaPackage { Build = "0", Record = Store.Files.Add(Encoding.UTF8.GetBytes(record)) },
            Edited = [.. edited],
        };

    public ArchiveDocument Document(ArchivedTree? tree = null) => new()
    {
        EnvironmentId = "firn1:sha256:" + new string('a', 64),
        Platform = PlatformName.OfThisMachine(),
        Environment = (tree ?? Tree()) with { Packages = [.. _packages] },
    };

    public static ArchivedTree Tree() => new()
    {
        Kind = ArchivedTreeKind.Plain,
        Prefix = "/nowhere/original",
        PythonVersion = "3.11.7",
        PythonFolder = "python3.11",
        SitePackages = SitePackages,
        CacheTag = "cpython-311",
        Executable = "bin/python3.11",
    };

    public RestorePlan Plan(ArchiveDocument? document = null, bool links = false, bool isReadOnly = false, bool readsCache = false) =>
        new RestorePlanner(Store, SystemContext).Plan(
            new LocatedArchive(document ?? Document(), Sha256Digest.Of([]), null, "the archive"),
            new RestoreRequest { Prefix = Prefix, Links = links, IsReadOnly = isReadOnly, ReadsCache = readsCache });

    public RestoreResult Restore(
        ArchiveDocument? document = null, bool links = false, bool isReadOnly = false, bool readsCache = false)
    {
        var plan = Plan(document, links, isReadOnly, readsCache);
        Assert.Empty(plan.Obstacles);
        return new Restorer(Store, plan, SystemContext, TimeProvider.System).Run(CancellationToken.None);
    }

    /// <summary>The names beside the prefix that a restore could have left.</summary>
    public IEnumerable<string> LeftBeside() => Directory.EnumerateFileSystemEntries(_folder.Path)
        .Select(path => Path.GetFileName(path)!).Where(name => name.StartsWith("restored", StringComparison.Ordinal));

    public void Dispose()
    {
        Firn.Restore.Writing.TreeRemoval.TryRemove(Prefix);
        _folder.Dispose();
    }
}
