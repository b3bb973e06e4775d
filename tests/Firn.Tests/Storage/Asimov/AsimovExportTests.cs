using Firn.Common;
using Firn.Storage;
using Firn.Storage.Asimov;
using Firn.Storage.Records;
using Firn.Tests.Storage.Checks;

namespace Firn.Tests.Storage.Asimov;

/// <summary>Exports, read by asimov's own module.</summary>
public sealed class AsimovExportTests : IDisposable
{
    private const string List = """
        store = storage.Store(sys.argv[1])
        for event, productions in sorted(store.manifest.data["events"].items()):
            for production in sorted(productions):
                for name in sorted(store.manifest.list_resources(event, production)):
                    path = store.fetch_file(event, production, name)
                    print(event, production, name, store._hash(path), sep="|")
        """;

    private readonly SampleStore _store = new();

    private string Export => _store.Folder["export"];

    public void Dispose() => _store.Dispose();

    [SkippableTheory]
    [InlineData("0.4.0")]
    [InlineData("0.3.4")]
    public void Asimov_opens_lists_and_fetches(string version)
    {
        var python = new AsimovPython(version);
        // The last successful run's file, though another failed after it.
        _store.Add("190521", "0815", ("1e5", "digits"u8.ToArray()), ("empty", []), ("a/b.txt", "flat"u8.ToArray()), ("a__b.txt", "taken"u8.ToArray()));

        var report = Run();

        Assert.Empty(report.Failures);
        Assert.Equal(8, report.Files);
        Assert.Contains(report.Notes, note => note.StartsWith("190521/0815: empty is left out", StringComparison.Ordinal));
        var lines = python.Run(List, Export).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(8, lines.Length);
        Assert.Contains($"190521|0815|1e5|{Md5Hasher.Of("digits"u8)}", lines);
        Assert.Contains($"190521|0815|a__b.txt|{Md5Hasher.Of("taken"u8)}", lines);
        Assert.Contains(lines, line => line.StartsWith("190521|0815|a__b-", StringComparison.Ordinal) && line.EndsWith(Md5Hasher.Of("flat"u8), StringComparison.Ordinal));
        Assert.Contains($"GW150914|Prod0|posterior.h5|{Md5Hasher.Of(SampleStore.Bytes(2, 40_000))}", lines);
        Assert.Contains($"GW150914|Prod0|log.txt|{Md5Hasher.Of("third"u8)}", lines);
        Assert.Contains($"a b's|shared|psd.dat|{Md5Hasher.Of(SampleStore.Bytes(4, 5_000))}", lines);
        Assert.Empty(Directory.GetFileSystemEntries(_store.Folder.Path, "export.firn*"));
    }

    [SkippableFact]
    public void Asimov_adds_to_an_export_and_an_update_keeps_that()
    {
        var python = new AsimovPython();
        Run();
        var added = _store.Folder.Write("new.txt", "asimov's own");
        python.Run(
            """
            store = storage.Store(sys.argv[1])
            store.add_file("GW150914", "Prod0", sys.argv[2])
            store.add_file("GW190521", "ProdX", sys.argv[2].replace("new.txt", "other.txt"))
            """,
            Export, Other(added));
        _store.Add("GW150914", "Prod0", ("log.txt", "fourth"u8.ToArray()), ("more.txt", "more"u8.ToArray()));
        Forget("GW150914", "Prod1", 1);

        var report = Run();

        Assert.Equal((2, 1), (report.Files, report.Removed));
        var lines = python.Run(
            """
            store = storage.Store(sys.argv[1])
            print(store._hash(store.fetch_file("GW150914", "Prod0", "log.txt")))
            print(store._hash(store.fetch_file("GW150914", "Prod0", "more.txt")))
            print(store.manifest.data["events"]["GW150914"]["Prod0"]["new.txt"]["hash"])
            print(store.manifest.data["events"]["GW190521"]["ProdX"]["other.txt"]["hash"])
            print("Prod1" in store.manifest.data["events"]["GW150914"])
            """,
            Export).Split('\n');
        Assert.Equal(
            [Md5Hasher.Of("fourth"u8), Md5Hasher.Of("more"u8), Md5Hasher.Of("asimov's own"u8), Md5Hasher.Of("something else"u8), "False"],
            lines[..5]);
        Assert.False(Directory.Exists(Path.Join(Export, "GW150914", "Prod1")));
        Assert.True(File.Exists(Path.Join(Export, "GW150914", "Prod0", "new.txt")));

        // Nothing left to do, and nothing left over: a uuid for each of firn's files.
        var again = Run();
        Assert.Equal((0, 0), (again.Files, again.Removed));
        Assert.Equal(4 + 4, Directory.GetFileSystemEntries(Path.Join(Export, "GW150914", "Prod0")).Length - 1);
    }

    [Fact]
    public void File_of_asimovs_own_is_never_replaced()
    {
        Run();
        var manifest = AsimovManifest.Load(Export);
        var theirs = new AsimovMapping();
        theirs.Set("hash", Md5Hasher.Of("theirs"u8));
        theirs.Set("uuid", new string('7', 32));
        manifest.Set("GW150914", "Prod0", "new.txt", theirs);
        File.WriteAllBytes(AsimovManifest.PathIn(Export), manifest.Write());
        File.WriteAllText(Path.Join(Export, "GW150914", "Prod0", "new.txt"), "theirs");
        _store.Add("GW150914", "Prod0", ("new.txt", "ours"u8.ToArray()));

        var report = Run();

        Assert.Contains("GW150914/Prod0/new.txt", Assert.Single(report.Failures), StringComparison.Ordinal);
        Assert.Equal("theirs", File.ReadAllText(Path.Join(Export, "GW150914", "Prod0", "new.txt")));
    }

    [Fact]
    public void Damaged_file_of_an_export_is_written_anew()
    {
        Run();
        var path = Path.Join(Export, "GW150914", "Prod0", "log.txt");
        File.Delete(path);
        File.WriteAllText(path, "THIRD");

        Assert.Equal(1, Run().Files);
        Assert.Equal("third", File.ReadAllText(path));
    }

    [Fact]
    public void Damaged_object_is_left_out_and_said()
    {
        _store.FlipBit(_store.PathOf(Sha256Digest.Of(SampleStore.Bytes(2, 40_000))), 5);

        var report = Run();

        Assert.Contains("posterior.h5", Assert.Single(report.Failures), StringComparison.Ordinal);
        Assert.DoesNotContain("posterior.h5", File.ReadAllText(AsimovManifest.PathIn(Export)).Split("Prod1")[0], StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Export, "*.tmp", SearchOption.AllDirectories));
    }

    [Fact]
    public void Folder_of_somebody_else_is_refused()
    {
        _store.Folder.Write("export/notes.txt", "mine");

        Assert.Throws<FirnException>(() => Run());
        Assert.Equal(["notes.txt"], Directory.GetFileSystemEntries(Export).Select(Path.GetFileName));
    }

    [Fact]
    public void Store_without_results_is_exported_with_a_mapping_of_events()
    {
        var store = Store.OpenOrCreate(_store.Folder["empty"], TimeProvider.System);

        AsimovExporter.Export(store, Export, CancellationToken.None);

        Assert.Equal("{\n  \"events\": {},\n  \"name\": \"empty\"\n}\n", File.ReadAllText(AsimovManifest.PathIn(Export)));
    }

    private string Other(string path)
    {
        _store.Folder.Write("other.txt", "something else");
        return path;
    }

    private AsimovReport Run() => AsimovExporter.Export(_store.Store, Export, CancellationToken.None);

    private void Forget(string subject, string name, int number) => _store.Store.Runs(subject, name).Append(
        new RunRecord
        {
            Subject = subject,
            Name = name,
            Number = 0,
            Created = DateTimeOffset.UnixEpoch,
            Kind = RunKinds.Tombstone,
            Forgets = number,
        },
        CancellationToken.None);
}
