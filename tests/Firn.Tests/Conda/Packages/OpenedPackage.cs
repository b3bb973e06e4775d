using System.Text;
using Firn.Common;
using Firn.Common.Tar;
using Firn.Conda;
using Firn.Conda.Packages;
using Firn.Storage.Bundles;

namespace Firn.Tests.Conda.Packages;

/// <summary>Opens an archive and puts it into a store, as the creation of an environment does.</summary>
internal sealed class OpenedPackage : IDisposable
{
    public static readonly CondaInstallTarget Python311 = new()
    {
        SitePackages = "lib/python3.11/site-packages",
        PythonVersion = "3.11.7",
        Locked = Locked("https://conda.example/channel/linux-64/demo-1.0-0.conda"),
    };

    private readonly TemporaryFolder _folder = new();

    public OpenedPackage(byte[] archive, string fileName = "demo-1.0-0.tar.bz2")
    {
        var path = _folder.Write("archive", archive);
        try
        {
            Archive = CondaArchive.Open(path, fileName, _folder["tmp"], CancellationToken.None);
        }
        catch
        {
            _folder.Dispose();
            throw;
        }
    }

    public OpenedPackage(string path) =>
        Archive = CondaArchive.Open(path, Path.GetFileName(path), _folder["tmp"], CancellationToken.None);

    /// <summary>What a lock says that has the URL and no channel.</summary>
    public static LockedCondaPackage Locked(string url) =>
        LockedCondaPackage.OfUrl(new ArchiveUrl(url, url), "a lock", out _)! with { Channel = null };

    public CondaArchive Archive { get; }

    public string TemporaryFolder => _folder["tmp"];

    public CondaInstallation Install(CondaInstallTarget? target = null) => Archive.Install(target ?? Python311);

    public BundleObjects Bundles => new(_folder["store"]);

    public StoredBundle Store(CondaInstallTarget? target = null) =>
        Bundles.Add(Install(target).Members, BundleAddOptions.Default, CancellationToken.None);

    /// <summary>What the bundle has, one line a member.</summary>
    public string[] Lines(CondaInstallTarget? target = null)
    {
        using var bundle = Bundles.Open(Store(target).Digest);
        var lines = new List<string>();
        while (bundle.MoveNext())
        {
            var entry = bundle.Current;
            var content = new byte[entry.Size];
            for (var length = 0; length < content.Length; length += bundle.Read(content.AsSpan(length)))
            {
                // Until it is whole.
            }

            var placeholder = entry.Placeholder is { } text ? $" [{(text.IsBinary ? "binary" : "text")} {text.Text}]" : string.Empty;
            lines.Add($"{entry.Path}{(entry.IsExecutable ? "*" : string.Empty)}{placeholder}" + entry.Kind switch
            {
                TarEntryKind.Link => $" -> {entry.LinkTarget}",
                TarEntryKind.Directory => "/",
                _ => $": {Encoding.UTF8.GetString(content)}",
            });
        }

        return [.. lines];
    }

    public static FirnException Refusal(byte[] archive, string fileName = "demo-1.0-0.tar.bz2") => Assert.Throws<FirnException>(() =>
    {
        using var opened = new OpenedPackage(archive, fileName);
        opened.Store();
    });

    public void Dispose()
    {
        Archive.Dispose();
        _folder.Dispose();
    }
}
