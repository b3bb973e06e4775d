using Firn.Common;
using Firn.Storage;
using Firn.Storage.Asimov;
using Firn.Storage.Records;

namespace Firn.Tests.Storage.Asimov;

/// <summary>Stores that asimov's own module wrote, and hostile ones.</summary>
public sealed class AsimovImportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Store _store;

    public AsimovImportTests() => _store = Store.OpenOrCreate(_folder["store"], TimeProvider.System);

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("0.4.0")]
    [InlineData("0.3.4")]
    public void Store_of_asimov_is_taken_over(string version)
    {
        var python = new AsimovPython(version);
        _folder.Write("work/posterior.h5", "posterior");
        _folder.Write("work/psd.dat", "psd");
        _folder.Write("work/deep/psd.dat", "deep psd");
        var printed = python.Run(
            """
            import os
            os.chdir(sys.argv[1])
            storage.Store.create("results", "my project storage")
            store = storage.Store("results")
            for event, production, name in [("190521", "Prod0", "work/posterior.h5"), ("GW150914", "shared", "work/psd.dat"),
                    ("GW150914", "Prod1", os.path.abspath("work/deep/psd.dat"))]:
                print(store.add_file(event, production, name)["uuid"].replace("urn:uuid:", "").replace("-", ""))
            """,
            _folder.Path).Split('\n');

        var report = Import();

        Assert.Empty(report.Failures);
        Assert.Equal((3, 3), (report.Files, report.Runs));
        var run = Last("190521", "Prod0");
        var resource = Assert.Single(run.Resources);
        Assert.Equal(("posterior.h5", printed[0]), (resource.Name, resource.Uuid));
        Assert.Equal(Md5Hasher.Of("posterior"u8), resource.Md5);
        Assert.Equal("psd.dat", Assert.Single(Last("GW150914", "Prod1").Resources).Name);
        Assert.Equal("psd"u8.ToArray(), _store.Files.Read(Assert.Single(Last("GW150914", "shared").Resources).Digest, 100));

        // Once more changes nothing.
        var again = Import();
        Assert.Equal((0, 3, 0), (again.Files, again.Unchanged, again.Runs));

        // And back: what was imported is what asimov finds in an export, under the same uuids.
        AsimovExporter.Export(_store, _folder["back"], CancellationToken.None);
        Assert.Equal(
            "posterior",
            new AsimovPython().Run("print(open(storage.Store(sys.argv[1]).fetch_uuid(sys.argv[2])).read())", _folder["back"], printed[0]).Trim());
    }

    [Fact]
    public void Hostile_names_are_refused_one_by_one()
    {
        _folder.Write("secret.txt", "secret");
        _folder.Write("results/E/P/good.txt", "good");
        File.CreateSymbolicLink(_folder["results/E/P/link.txt"], _folder["secret.txt"]);
        Directory.CreateDirectory(_folder["results/E/P/folder"]);
        Manifest("""
            events:
              ..: {P: {secret.txt: {hash: a, uuid: b}}}
              /etc: {P: {passwd: {hash: a, uuid: b}}}
              .manifest: {P: {manifest.yaml: {hash: a, uuid: b}}}
              E:
                ..: {secret.txt: {hash: a, uuid: b}}
                P:
                  ../../../secret.txt: {hash: a, uuid: b}
                  link.txt: {hash: a, uuid: b}
                  folder: {hash: a, uuid: b}
                  gone.txt: {hash: a, uuid: ../../../secret.txt}
                  ..: {hash: a, uuid: b}
                  list: [1, 2]
                  text: just text
                  good.txt: {hash: <0>, uuid: <1>}
            name: hostile
            """.Replace("<0>", Md5Hasher.Of("good"u8), StringComparison.Ordinal).Replace("<1>", new string('a', 32), StringComparison.Ordinal));

        var report = Import();

        Assert.Equal(1, report.Files);
        Assert.Equal(11, report.Failures.Length);
        Assert.Equal("good.txt", Assert.Single(Last("E", "P").Resources).Name);
        Assert.Single(new StoreListing(_store).Analyses());
        Assert.DoesNotContain(
            Directory.EnumerateFiles(_folder["store/files"], "*", SearchOption.AllDirectories),
            path => File.ReadAllText(path) == "secret");
    }

    [Fact]
    public void Wrong_digest_is_reported_and_the_true_ones_kept()
    {
        _folder.Write("results/E/P/a.txt", "changed");
        Manifest("""{"name": "s", "events": {"E": {"P": {"a.txt": {"hash": "<0>", "uuid": "<1>"}}}}}""".Replace("<0>", Md5Hasher.Of("original"u8), StringComparison.Ordinal).Replace("<1>", new string('b', 32), StringComparison.Ordinal));

        var report = Import();

        Assert.Contains("a.txt is damaged", Assert.Single(report.Failures), StringComparison.Ordinal);
        Assert.Equal(Md5Hasher.Of("changed"u8), Assert.Single(Last("E", "P").Resources).Md5);
    }

    [Fact]
    public void Of_name_and_uuid_the_one_that_the_manifest_means_is_taken()
    {
        var uuid = new string('c', 32);
        _folder.Write("results/E/P/a.txt", "overwritten");
        _folder.Write($"results/E/P/{uuid}", "original");
        Manifest("""{"name": "s", "events": {"E": {"P": {"a.txt": {"hash": "<0>", "uuid": "<1>"}}}}}""".Replace("<0>", Md5Hasher.Of("original"u8), StringComparison.Ordinal).Replace("<1>", uuid, StringComparison.Ordinal));

        Assert.Empty(Import().Failures);
        Assert.Equal(Md5Hasher.Of("original"u8), Assert.Single(Last("E", "P").Resources).Md5);
    }

    [Fact]
    public void Paths_that_end_alike_keep_all_their_parts()
    {
        var first = new string('1', 32);
        var second = new string('2', 32);
        _folder.Write($"results/E/P/{first}", "one");
        _folder.Write($"results/E/P/{second}", "two");
        Manifest("""
            events: {E: {P: {/home/u/run1/a.txt: {hash: <0>, uuid: <1>}, ../run2/a.txt: {hash: <2>, uuid: <3>}}}}
            name: old
            """.Replace("<0>", Md5Hasher.Of("one"u8), StringComparison.Ordinal).Replace("<1>", first, StringComparison.Ordinal).Replace("<2>", Md5Hasher.Of("two"u8), StringComparison.Ordinal).Replace("<3>", second, StringComparison.Ordinal));

        var report = Import();

        Assert.Empty(report.Failures);
        Assert.Equal(["home/u/run1/a.txt", "run2/a.txt"], Last("E", "P").Resources.Select(resource => resource.Name));
    }

    [Fact]
    public void Folder_without_a_manifest_makes_no_store()
    {
        Assert.Throws<FirnException>(() => AsimovImporter.Import(_store, _folder["nowhere"], TimeProvider.System, CancellationToken.None));
    }

    private AsimovReport Import() =>
        AsimovImporter.Import(_store, _folder["results"], TimeProvider.System, CancellationToken.None);

    private RunRecord Last(string subject, string name) => _store.Runs(subject, name).NewestFirst().First().Record;

    private void Manifest(string text) => _folder.Write("results/.manifest/manifest.yaml", text);
}
