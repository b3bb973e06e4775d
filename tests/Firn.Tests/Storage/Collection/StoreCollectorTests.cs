using Firn.Common;
using Firn.Storage.Collection;
using Firn.Storage.Records;
using Firn.Tests.Storage.Checks;

namespace Firn.Tests.Storage.Collection;

public sealed class StoreCollectorTests : IDisposable
{
    private readonly SampleStore _store = new();

    public void Dispose() => _store.Dispose();

    [Fact]
    public void What_records_need_stays()
    {
        Age();
        var before = _store.Files();

        var report = Collect();

        Assert.Equal(0, report.Objects + report.Bundles + report.Temporaries);
        Assert.Equal(before, _store.Files());
    }

    [Fact]
    public void What_nothing_needs_goes_when_it_is_old_enough()
    {
        var old = _store.Store.Files.Add("old"u8);
        var bundle = _store.AddBundle("unneeded", 2);
        Age();
        var young = _store.Store.Files.Add("young"u8);
        File.WriteAllText(_store["tmp/object-old"], "half");
        File.SetLastWriteTimeUtc(_store["tmp/object-old"], DateTime.UtcNow.AddDays(-30));
        File.WriteAllText(_store["tmp/object-young"], "half");

        var plan = Collect(isDryRun: true);
        Assert.True(_store.Store.Files.Contains(old));
        var report = Collect();

        Assert.Equal((1, 1, 1, 1), (report.Objects, report.Bundles, report.Temporaries, report.Young));
        Assert.Equal(plan with { IsDryRun = false, LostRecords = report.LostRecords, Failures = report.Failures }, report);
        Assert.False(_store.Store.Files.Contains(old));
        Assert.False(_store.Bundles.Contains(bundle));
        Assert.True(_store.Store.Files.Contains(young));
        Assert.True(File.Exists(_store["tmp/object-young"]));
        Assert.Empty(Directory.GetDirectories(_store["tmp"]));
        Assert.False(_store.Check().HasDamage);
    }

    [Fact]
    public void Forgotten_run_frees_what_nothing_else_needs()
    {
        var first = Sha256Digest.Of(SampleStore.Bytes(1, 9_000));
        var second = Sha256Digest.Of(SampleStore.Bytes(2, 40_000));
        Forget("GW150914", "Prod0", 1);
        // The same bytes in a run that counts.
        _store.Add("other", "run", ("copy.h5", SampleStore.Bytes(1, 9_000)));
        Forget("GW150914", "Prod0", 2);
        Age();

        var report = Collect();

        Assert.True(_store.Store.Files.Contains(first));
        Assert.False(_store.Store.Files.Contains(second));
        Assert.True(report.Bytes >= 40_000);
        Assert.False(_store.Check().HasDamage);
    }

    [Fact]
    public void Forgotten_environment_frees_its_bundles_and_their_bytecode()
    {
        _store.Store.Archives(SampleStore.EnvironmentId).Append(
            new ArchivedRecord { EnvironmentId = SampleStore.EnvironmentId, Number = 0, Created = DateTimeOffset.UnixEpoch, Forgets = 1 },
            CancellationToken.None);
        Age();

        var report = Collect();

        Assert.Equal(3, report.Bundles);
        Assert.Equal(2, report.Objects);
        Assert.Empty(Directory.EnumerateFiles(_store["bundles"], "*", SearchOption.AllDirectories));
        Assert.False(_store.Check().HasDamage);
    }

    [Fact]
    public void Lease_keeps_an_object()
    {
        var leased = _store.Store.Files.Add("leased"u8);
        Age();
        File.WriteAllText(_store["tmp/lease-1.json"], $"{{\"schema\": \"firn.lease/1\", \"objects\": [\"{leased}\"]}}");

        Assert.Equal(0, Collect().Objects);
        File.SetLastWriteTimeUtc(_store["tmp/lease-1.json"], DateTime.UtcNow.AddDays(-40));
        Assert.Equal(1, Collect().Objects);
    }

    [Fact]
    public void Lease_whose_text_is_no_UTF_8_counts_for_nothing()
    {
        _store.Store.Files.Add("leased"u8);
        Age();
        File.WriteAllBytes(_store["tmp/lease-1.json"], [.. "{\"objects\":[\""u8, 0x93, .. "\"]}"u8]);

        Assert.Equal(1, Collect().Objects);
    }

    [Fact]
    public void Damaged_record_stops_the_collection_before_anything_goes()
    {
        var old = _store.Store.Files.Add("old"u8);
        Age();
        _store.FlipBit("analyses/GW150914/Prod0/000003.json", 200);

        var failure = Assert.Throws<FirnException>(() => Collect());

        Assert.Equal(FailureKind.Different, failure.Kind);
        Assert.Contains("GW150914/Prod0", failure.Message, StringComparison.Ordinal);
        Assert.True(_store.Store.Files.Contains(old));
    }

    [Theory]
    [InlineData("newest run")]
    [InlineData("all runs")]
    [InlineData("newest archive")]
    public void Newest_record_that_is_lost_stops_the_collection(string lost)
    {
        var gone = lost switch
        {
            "newest run" => new[] { "analyses/GW150914/Prod0/000003.json" },
            "all runs" => ["analyses/GW150914/Prod0/000001.json", "analyses/GW150914/Prod0/000002.json", "analyses/GW150914/Prod0/000003.json"],
            _ => [$"environments/00/{SampleStore.EnvironmentId[13..]}/000001.json"],
        };
        foreach (var record in gone)
        {
            File.Delete(_store[record]);
        }

        Age();
        var before = _store.Files();

        var failure = Assert.Throws<FirnException>(() => Collect());

        Assert.Equal(FailureKind.Different, failure.Kind);
        Assert.Contains("is missing", failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, _store.Files());
    }

    [SkippableFact]
    public void Records_that_cannot_be_listed_stop_the_collection()
    {
        Skip.If(OperatingSystem.IsWindows());
        Age();
        Directory.Move(_store["analyses/GW150914"], _store.Folder["elsewhere"]);
        Directory.CreateSymbolicLink(_store["analyses/GW150914"], _store.Folder["elsewhere"]);
        var before = _store.Files();

        Assert.Contains("analyses/GW150914 is a link", Assert.Throws<FirnException>(() => Collect()).Message, StringComparison.Ordinal);
        Assert.Equal(before, _store.Files());
    }

    [Fact]
    public void Lost_record_keeps_every_object_until_that_is_accepted()
    {
        var old = _store.Store.Files.Add("old"u8);
        Age();
        File.Delete(_store["analyses/GW150914/Prod0/000002.json"]);
        _store.Repair();
        Age();

        var report = Collect();
        Assert.Equal("GW150914/Prod0@2", Assert.Single(report.LostRecords));
        Assert.Equal(0, report.Objects);
        Assert.True(_store.Store.Files.Contains(old));

        var accepted = StoreCollector.Collect(
            _store.Store.Path, new CollectionOptions { AcceptsLostRecords = true }, CancellationToken.None);
        // The lost run's two files and the one that nothing ever needed.
        Assert.Equal(3, accepted.Objects);
    }

    [Fact]
    public void Collection_that_was_killed_is_put_right_by_the_next()
    {
        var path = _store.PathOf(Sha256Digest.Of(SampleStore.Bytes(1, 9_000)));
        var aside = _store[$"tmp/gc-0123/{path}"];
        Directory.CreateDirectory(Path.GetDirectoryName(aside)!);
        File.Move(_store[path], aside);
        Assert.Equal(["collection-unfinished"], _store.Check().Findings.Select(finding => finding.Kind.Code));

        Collect();

        Assert.Empty(_store.Check().Findings);
        Assert.True(File.Exists(_store[path]));
    }

    [Fact]
    public void What_a_killed_collection_had_moved_aside_is_read_and_relied_upon()
    {
        var digest = Sha256Digest.Of(SampleStore.Bytes(1, 9_000));
        var bundle = _store.AddBundle("aside", 2);
        var paths = Directory.GetFiles(_store["bundles"], bundle.Hex + ".*", SearchOption.AllDirectories)
            .Append(_store[_store.PathOf(digest)]).ToList();
        foreach (var path in paths)
        {
            var aside = _store[$"tmp/gc-0123/{Path.GetRelativePath(_store.Store.Path, path)}"];
            Directory.CreateDirectory(Path.GetDirectoryName(aside)!);
            File.Move(path, aside);
        }

        Assert.Equal(SampleStore.Bytes(1, 9_000), _store.Store.Files.Read(digest, 10_000));
        Assert.Equal(bundle, _store.Bundles.ReadIndex(bundle).Digest);
        Assert.All(paths, path => Assert.False(File.Exists(path)));

        _store.Store.Files.Refresh(digest);
        Assert.True(_store.Bundles.Contains(bundle));

        Assert.Equal(3, paths.Count(File.Exists));
        Assert.DoesNotContain(_store.Check().Findings, finding => finding.Kind.Code == "collection-unfinished");
    }

    [Fact]
    public async Task Writers_lose_nothing_beside_a_collection_without_grace()
    {
        const int writers = 8;
        const int runs = 25;
        using var done = new CancellationTokenSource();
        var collector = Task.Run(() =>
        {
            var freed = 0;
            while (!done.IsCancellationRequested)
            {
                freed += StoreCollector.Collect(
                    _store.Store.Path, new CollectionOptions { Grace = TimeSpan.Zero }, CancellationToken.None).Objects;
            }

            return freed;
        });
        var tasks = Enumerable.Range(0, writers).Select(writer => Task.Run(() =>
        {
            for (var i = 0; i < runs; i++)
            {
                // Old, unneeded, and needed again by several at once: what a collection gets wrong first.
                _store.Store.Files.Add(SampleStore.Bytes(100 + (i % 5), 2_000));
                _store.Add($"S{writer}", "run", ("shared.bin", SampleStore.Bytes(100 + (i % 5), 2_000)), ("own.bin", SampleStore.Bytes((1000 * writer) + i, 500)));
            }
        })).ToArray();

        await Task.WhenAll(tasks);
        await done.CancelAsync();
        await collector;

        var report = _store.Check();
        Assert.False(report.HasDamage, string.Join('\n', report.Findings));
        Assert.Equal(6 + (writers * runs), report.Records);
    }

    private CollectionReport Collect(bool isDryRun = false) => StoreCollector.Collect(
        _store.Store.Path, new CollectionOptions { IsDryRun = isDryRun }, CancellationToken.None);

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

    /// <summary>Makes everything a month old.</summary>
    private void Age()
    {
        foreach (var file in _store.Files())
        {
            File.SetLastWriteTimeUtc(_store[file], DateTime.UtcNow.AddDays(-30));
        }
    }
}
