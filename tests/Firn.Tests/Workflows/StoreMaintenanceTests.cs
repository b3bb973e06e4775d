using Firn.Common;
using Firn.Storage.Checks;
using Firn.Tests.Storage.Checks;
using Firn.Workflows;

namespace Firn.Tests.Workflows;

/// <summary>What a library's user has of a store; the tests of the commands and of the store hold the rest.</summary>
public sealed class StoreMaintenanceTests : IDisposable
{
    private readonly SampleStore _sample = new();
    private readonly TemporaryFolder _folder = new();
    private readonly SystemContext _system;
    private readonly StoreMaintenance _maintenance;

    public StoreMaintenanceTests()
    {
        _system = new SystemContext
        {
            Variables = new Dictionary<string, string>(),
            HomeDirectory = _folder["home"],
            CurrentDirectory = _folder.Path,
        };
        _maintenance = new StoreMaintenance(_system, new StoreSelection { Store = _sample.Store.Path });
    }

    [Fact]
    public void Check_tells_how_much_is_read_where_every_byte_is()
    {
        var steps = new StepList();

        Assert.False(_maintenance.Check(observer: steps).HasDamage);
        Assert.Empty(steps.Ended);
        var report = _maintenance.Check(readsData: true, steps);

        var (step, total, done) = Assert.Single(steps.Ended);
        Assert.Equal((WorkStep.Checking, total), (step, done));
        Assert.Equal((report.Objects + report.Bundles, report.BytesRead), ((int)total.Files, total.Bytes));
        Assert.Equal("firn.check/1", StoredResultsTests.SchemaOf(report.WriteJson));
    }

    [Fact]
    public void Damage_is_a_finding_that_names_the_command_and_the_store()
    {
        File.Delete(_sample.Store.Files.PathOf(_sample.Capture));

        var report = _maintenance.Check();

        Assert.True(report.HasDamage);
        var finding = Assert.Single(report.Findings, finding => finding.Kind.Level == FindingLevel.Damage);
        Assert.Equal("object-missing", finding.Kind.Code);
        Assert.Contains(_sample.Store.Path, finding.Repair(report.Store), StringComparison.Ordinal);
        Assert.Equal(1, _maintenance.Repair(isDryRun: true).Remaining);
    }

    [Fact]
    public void Init_takes_the_store_that_is_there_unless_it_has_another_name()
    {
        var made = new StoreMaintenance(_system, new StoreSelection { Store = "new" }).Init("lab");
        var again = new StoreMaintenance(_system, new StoreSelection { Store = "new" }).Init();

        Assert.Equal((_folder["new"], "lab", false), (made.Path, made.Name, made.WasThere));
        Assert.Equal(made with { WasThere = true }, again);
        Assert.Throws<FirnException>(() => new StoreMaintenance(_system, new StoreSelection { Store = "new" }).Init("other"));
    }

    [Fact]
    public void Forget_names_the_archives_and_collecting_frees_them()
    {
        var forgotten = Assert.Single(_maintenance.Forget(SampleStore.EnvironmentId));

        Assert.Equal((SampleStore.EnvironmentId, 1), (forgotten.EnvironmentId, forgotten.Number));
        Assert.Throws<FirnException>(() => _maintenance.Forget(SampleStore.EnvironmentId));
        var report = _maintenance.Collect(new() { Grace = TimeSpan.Zero, IsDryRun = true });
        Assert.True(report.Bundles > 0, "the bundles of the environment are still needed");
        Assert.Equal("firn.gc/1", StoredResultsTests.SchemaOf(report.WriteJson));
    }

    [Fact]
    public void Statistics_count_what_lies_in_the_store()
    {
        var statistics = _maintenance.ReadStatistics();

        Assert.Equal(_maintenance.Check().Objects, statistics.Objects);
        Assert.Equal("firn.stats/1", StoredResultsTests.SchemaOf(statistics.WriteJson));
    }

    [Fact]
    public void A_wrong_folder_of_asimovs_makes_no_store()
    {
        var maintenance = new StoreMaintenance(_system, new StoreSelection { Store = "new" });

        Assert.Throws<FirnException>(() => maintenance.ImportAsimov("nothing"));

        Assert.False(Directory.Exists(_folder["new"]));
        Assert.Equal(FailureKind.NoStore, Assert.Throws<FirnException>(() => maintenance.Check()).Kind);
    }

    public void Dispose()
    {
        _sample.Dispose();
        _folder.Dispose();
    }
}
