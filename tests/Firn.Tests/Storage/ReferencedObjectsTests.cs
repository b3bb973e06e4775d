using Firn.Common;
using Firn.Storage.Collection;
using Firn.Storage.Records;
using Firn.Storage.Results;
using Firn.Tests.Storage.Checks;

namespace Firn.Tests.Storage;

/// <summary>A collection between the files of a record and the record: what it took is there again, or no record names it.</summary>
public sealed class ReferencedObjectsTests : IDisposable
{
    private readonly SampleStore _store = new();

    public void Dispose() => _store.Dispose();

    [Fact]
    public void What_a_collection_took_before_the_record_is_written_again()
    {
        // All of it was there already, so it is not written before the record.
        var file = _store.Folder.Write("in/file", "bytes of a file");
        foreach (var known in (string[])["bytes of a file", "in memory", "a document"])
        {
            _store.Store.Files.Add(System.Text.Encoding.UTF8.GetBytes(known));
        }

        var run = Adder.Add(
            Draft(), [new ResultSource(file, "file", 15), ResultSource.OfBytes("memory", "in memory"u8.ToArray())],
            ["a document"u8.ToArray()], NothingMore, _ => Collect(), CancellationToken.None).Run;

        Assert.Equal(2, run.Record.Resources.Length);
        Assert.All(run.Record.Resources, resource => Assert.True(_store.Store.Files.Contains(resource.Digest)));
        Assert.True(_store.Store.Files.Contains(Sha256Digest.Of("a document"u8)));
        Assert.False(_store.Check().HasDamage);
    }

    [Theory]
    [InlineData("changed")]
    [InlineData("gone")]
    [InlineData("a folder")]
    public void A_record_of_what_cannot_be_had_again_is_taken_back(string source)
    {
        var file = _store.Folder.Write("in/file", "bytes of a file");
        _ = _store.Store.Files.AddFile(file, CancellationToken.None);

        var failure = Assert.Throws<FirnException>(() => Adder.Add(
            Draft(),
            [new ResultSource(file, "file", 15)],
            [],
            NothingMore,
            _ =>
            {
                // It was there, so it is not written again before the record.
                Collect();
                File.Delete(file);
                if (source == "changed")
                {
                    File.WriteAllText(file, "other bytes");
                }
                else if (source == "a folder")
                {
                    Directory.CreateDirectory(file);
                }
            },
            CancellationToken.None));

        Assert.Contains(file, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_store.Store.Runs("new", "run").NewestFirst(), run => run.Counts);
        Assert.False(_store.Check().HasDamage);
    }

    [Fact]
    public void A_run_outlives_the_archive_of_its_environment()
    {
        var archive = _store.Store.Files.Add(SampleStore.ArchiveDocument(Sha256Digest.Of("a bundle that has gone"u8)));
        var draft = Draft() with
        {
            Environments = [new RunEnvironment(RunEnvironment.AtRun, SampleStore.EnvironmentId, _store.Capture, archive)],
        };

        var run = Adder.Add(draft, [ResultSource.OfBytes("file", "bytes"u8.ToArray())], [], NothingMore, _ => { }, CancellationToken.None).Run;

        Assert.Null(Assert.Single(run.Record.Environments).Archive);
        Assert.Equal([3], _store.Store.Runs("new", "run").NewestFirst().Where(found => found.Counts).Select(found => found.Record.Number));
        Assert.False(_store.Check().HasDamage);
    }

    private ResultAdder Adder => new(_store.Store, TimeProvider.System);

    private static IReadOnlyList<ResultSource> NothingMore(IReadOnlyList<RunResource> resources) => [];

    private static RunRecord Draft() => new()
    {
        Subject = "new",
        Name = "run",
        Number = 0,
        Created = DateTimeOffset.UnixEpoch,
        Status = RunStatus.Succeeded,
    };

    /// <summary>With a grace below nothing, as where the writer was suspended for longer than it lasts.</summary>
    private void Collect() => StoreCollector.Collect(
        _store.Store.Path, new CollectionOptions { Grace = TimeSpan.FromDays(-1) }, CancellationToken.None);
}
