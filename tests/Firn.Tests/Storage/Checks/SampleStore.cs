using System.Text;
using Firn.Common;
using Firn.Common.Bundles;
using Firn.Common.Json;
using Firn.Storage;
using Firn.Storage.Bundles;
using Firn.Storage.Checks;
using Firn.Storage.Records;
using Firn.Storage.Repairs;
using Firn.Storage.Results;

namespace Firn.Tests.Storage.Checks;

/// <summary>A small store with all that one can hold: runs, a tombstone, an archived environment, bundles, bytecode.</summary>
internal sealed class SampleStore : IDisposable
{
    public const string EnvironmentId = "firn1:sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    public const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly TemporaryFolder _folder = new();

    /// <summary>It is made once and copied for each test, which takes a tenth of the time.</summary>
    private static readonly Lazy<SampleStore> Template = new(() =>
    {
        var store = new SampleStore(40_000);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => store.Dispose();
        return store;
    });

    public SampleStore()
    {
        var template = Template.Value;
        Copy(new DirectoryInfo(template.Store.Path), Directory.CreateDirectory(_folder["store"]));
        Store = Store.OpenOrCreate(_folder["store"], TimeProvider.System, "sample");
        Bundles = new BundleObjects(Store.Path);
        (Bundle, OtherBundle) = (template.Bundle, template.OtherBundle);
        (Document, Capture) = (template.Document, template.Capture);
    }

    public SampleStore(int largestObject)
    {
        Store = Store.OpenOrCreate(_folder["store"], TimeProvider.System, "sample");
        Bundles = new BundleObjects(Store.Path);
        Add("GW150914", "Prod0", ("posterior.h5", Bytes(1, 9_000)), ("env/environment.json", "{}"u8.ToArray()));
        Add("GW150914", "Prod0", ("posterior.h5", Bytes(2, largestObject)), ("log.txt", "second"u8.ToArray()));
        Add("GW150914", "Prod0", ("log.txt", "third"u8.ToArray()));
        Add("GW150914", "Prod1", ("posterior.h5", Bytes(3, 300)));
        Add("a b's", "shared", ("psd.dat", Bytes(4, 5_000)));
        Bundle = AddBundle("numpy", 3);
        OtherBundle = AddBundle("scipy", 30);
        Bundles.AddBytecode(Bundle, "cpython-311", Members("numpy/__pycache__", 3), BundleAddOptions.Default, CancellationToken.None);
        Document = Store.Files.Add(ArchiveDocument(Bundle, OtherBundle));
        Capture = Store.Files.Add("{\n  \"schema\": \"firn.environment/1\"\n}\n"u8);
        Store.Archives(EnvironmentId).Append(
            new ArchivedRecord
            {
                EnvironmentId = EnvironmentId,
                Number = 0,
                Created = DateTimeOffset.UnixEpoch,
                Archive = Document,
                Capture = Capture,
                Prefix = "/opt/env",
            },
            CancellationToken.None);
    }

    public Store Store { get; }

    public BundleObjects Bundles { get; }

    public Sha256Digest Bundle { get; }

    public Sha256Digest OtherBundle { get; }

    /// <summary>The archive document.</summary>
    public Sha256Digest Document { get; }

    public Sha256Digest Capture { get; }

    public string this[string relative] => Path.Join(Store.Path, relative);

    public TemporaryFolder Folder => _folder;

    public StoredRun Add(string subject, string name, params (string Name, byte[] Content)[] files)
    {
        var sources = new List<ResultSource>();
        foreach (var (file, content) in files)
        {
            var path = _folder.Write($"in/{Guid.NewGuid():N}/{file}", content);
            sources.Add(new ResultSource(path, file, content.Length));
        }

        sources.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
        return new ResultAdder(Store, TimeProvider.System)
            .Add(subject, name, sources, RunStatus.Succeeded, _ => { }, CancellationToken.None).Run;
    }

    public Sha256Digest AddBundle(string name, int files) =>
        Bundles.Add(Members(name, files), BundleAddOptions.Default, CancellationToken.None).Digest;

    public static byte[] ArchiveDocument(params Sha256Digest[] bundles)
    {
        var json = new CanonicalJsonWriter();
        json.StartObject();
        json.String("schema", "firn.archive/1");
        json.Strings("bundles", bundles.Select(bundle => bundle.ToString()).Order(StringComparer.Ordinal));
        json.Strings("objects", []);
        json.EndObject();
        return json.WrittenDocument.ToArray();
    }

    public CheckReport Check(bool readData = true) =>
        StoreChecker.Check(Store.Path, new CheckOptions { ReadData = readData }, CancellationToken.None);

    public RepairReport Repair(bool isDryRun = false) =>
        StoreRepairer.Repair(Store.Path, new RepairOptions { IsDryRun = isDryRun }, CancellationToken.None);

    /// <summary>All files but hints, relative, in order.</summary>
    public List<string> Files() =>
    [
        .. Directory.EnumerateFiles(Store.Path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Select(path => Path.GetRelativePath(Store.Path, path))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Writes over a file, whatever its mode is, and keeps that.</summary>
    public void Overwrite(string relative, byte[] content)
    {
        // In its place, as a disk does it: neither the mode nor the name changes.
        SetMode(relative, Readable | UnixFileMode.UserWrite);
        File.WriteAllBytes(this[relative], content);
        SetMode(relative, Readable);
    }

    public void SetMode(string relative, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(this[relative], mode);
        }
    }

    public void FlipBit(string relative, int offset, int bit = 0)
    {
        var content = File.ReadAllBytes(this[relative]);
        content[offset] ^= (byte)(1 << bit);
        Overwrite(relative, content);
    }

    public string PathOf(Sha256Digest digest) => Path.GetRelativePath(Store.Path, Store.Files.PathOf(digest));

    public string ArchiveOf(Sha256Digest bundle, string tag = "") =>
        BundlePath(bundle, tag, File.Exists(this[BundlePath(bundle, tag, ".tar.zst")]) ? ".tar.zst" : ".tar.gz");

    public static string IndexOf(Sha256Digest bundle, string tag = "") => BundlePath(bundle, tag, ".json");

    public static byte[] Bytes(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Modes and times are the same in the copy.</summary>
    private static void Copy(DirectoryInfo from, DirectoryInfo to)
    {
        foreach (var file in from.GetFiles())
        {
            file.CopyTo(Path.Join(to.FullName, file.Name));
        }

        foreach (var folder in from.GetDirectories())
        {
            Copy(folder, to.CreateSubdirectory(folder.Name));
        }

        if (!OperatingSystem.IsWindows())
        {
            to.UnixFileMode = from.UnixFileMode;
        }
    }

    private static string BundlePath(Sha256Digest bundle, string tag, string extension) =>
        $"bundles/sha256/{bundle.Hex[..2]}/{bundle.Hex}{(tag.Length > 0 ? "." + tag : string.Empty)}{extension}";

    private static BundleMember[] Members(string folder, int count) =>
    [
        .. Enumerable.Range(0, count).Select(i => new BundleMember
        {
            Path = $"lib/{folder}/file{i}.py",
            Content = BundleContent.OfBytes(Encoding.UTF8.GetBytes($"{folder} {i}\n" + string.Join('\n', Enumerable.Range(i, 40)))),
        }),
    ];
}
