using System.Text;
using System.Text.Json;
using Firn.Common;
using Firn.Workflows;

namespace Firn.Tests.Workflows;

/// <summary>What a library's user has of a store's results; the tests of the commands hold the rest.</summary>
public sealed class StoredResultsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SystemContext _system;
    private readonly StoreSelection _all = new() { Store = "store", IsOfAllProjects = true };

    public StoredResultsTests()
    {
        _system = new SystemContext
        {
            Variables = new Dictionary<string, string>(),
            HomeDirectory = _folder["home"],
            CurrentDirectory = _folder.Path,
        };
        _folder.Write("first", "1");
        _folder.Write("more/second", "22");
    }

    [Fact]
    public void Add_tells_how_much_there_is_and_how_much_was_there()
    {
        var steps = new StepList();
        var results = new StoredResults(_system, _all);
        results.Add(new AddResultsRequest { Analysis = "S/N", Paths = ["first"] });

        var added = results.Add(new AddResultsRequest { Analysis = "S/N", Paths = ["first", "more"] }, steps);

        Assert.Equal("S/N@2", added.Run.Reference);
        Assert.Equal(new WorkCounts(2, 3, 1, 1), added.Counts);
        Assert.Equal([(WorkStep.Adding, new WorkCounts(2, 3), added.Counts)], steps.Ended);
    }

    [Fact]
    public void List_has_forgotten_runs_and_tombstones_and_Of_has_neither()
    {
        var results = new StoredResults(_system, _all);
        results.Add(new AddResultsRequest { Analysis = "S/N", Paths = ["first"] });
        results.Add(new AddResultsRequest { Analysis = "S/N", Paths = ["more"] });

        var forgotten = results.Forget("S/N@1");

        Assert.Equal(("S/N@1", false, 1, 1L), (forgotten.Run, forgotten.WasForgotten, forgotten.Freed?.Count, forgotten.Freed?.Bytes));
        Assert.True(results.Forget("S/N@1").WasForgotten);
        var analysis = Assert.Single(results.List().Analyses);
        Assert.Equal(
            [(3, 1, false, false), (2, null, false, true), (1, (int?)null, true, false)],
            analysis.NewestFirst().Select(run => (run.Number, run.Forgets, run.IsForgotten, run.Counts)));
        Assert.Equal("S/N@2", Assert.Single(results.Of("S/N")).Reference);
        Assert.Equal("S/N@1", results.Find("S/N@1").Reference);
        Assert.Equal("more/second", Assert.Single(results.Find("S/N").Files).Name);
    }

    [Fact]
    public void Runs_of_another_project_are_seen_by_those_who_take_all()
    {
        _folder.Write("one/firn.yaml", "name: one\n");
        _folder.Write("two/firn.yaml", "name: two\n");
        var (one, two) = (new StoreSelection { Store = "store", Project = "one" }, new StoreSelection { Store = "store", Project = "two" });
        new StoredResults(_system, one).Add(new AddResultsRequest { Analysis = "S/N", Paths = ["first"] });

        Assert.Single(new StoredResults(_system, one).Of("S/N"));
        Assert.Empty(new StoredResults(_system, two).Of("S/N"));
        Assert.Empty(new StoredResults(_system, two).List().Analyses);
        Assert.Single(new StoredResults(_system, two with { IsOfAllProjects = true }).Of("S/N"));
        Assert.Throws<FirnException>(() => new ReadRun(_system, two).Run("S/N"));
        Assert.Equal("S/N@1", new ReadRun(_system, one).Run("S/N").Result.Reference);
    }

    [Fact]
    public void Fetch_writes_a_single_file_to_its_new_path_and_refuses_another_digest()
    {
        var results = new StoredResults(_system, _all);
        results.Add(new AddResultsRequest { Analysis = "S/N", Paths = ["first", "more"] });
        var request = new FetchResultsRequest { Run = "S/N", Names = ["first"], Target = "copy" };

        var failure = Assert.Throws<FirnException>(
            () => results.Fetch(request with { Hash = Sha256Digest.Of("2"u8).Hex }));
        var fetched = Assert.Single(results.Fetch(request with { Hash = Sha256Digest.Of("1"u8).Hex }));

        Assert.Equal(FailureKind.Different, failure.Kind);
        Assert.Equal(("S/N@1", _folder["copy"], "first"), (fetched.Run, fetched.Path, fetched.File.Name));
        Assert.Equal("1", File.ReadAllText(_folder["copy"]));
    }

    [Fact]
    public void Documents_name_their_schemas()
    {
        var results = new StoredResults(_system, _all);
        results.Add(new AddResultsRequest { Analysis = "S/N", Paths = ["first"] });

        Assert.Equal("firn.results/1", SchemaOf(results.List().WriteJson));
        Assert.Equal("firn.run/1", SchemaOf(results.Find("S/N").WriteJson));
        Assert.Equal("firn.show/1", SchemaOf(new ReadRun(_system, _all).Run("S/N").WriteJson));
    }

    [Fact]
    public void A_run_without_documents_did_nothing_that_is_known()
    {
        new StoredResults(_system, _all).Add(new AddResultsRequest { Analysis = "S/N", Paths = ["first"] });

        var details = new ReadRun(_system, _all).Run("S/N");

        Assert.Empty(details.ReadExecution().Command);
        Assert.Null(details.ReadExecution().ExitCode);
        Assert.Null(details.ReadObservation());
    }

    public void Dispose() => _folder.Dispose();

    internal static string? SchemaOf(Action<Stream> write)
    {
        using var stream = new MemoryStream();
        write(stream);
        using var json = JsonDocument.Parse(Encoding.UTF8.GetString(stream.ToArray()));
        return json.RootElement.GetProperty("schema").GetString();
    }
}

/// <summary>The steps that a workflow tells of, with their total and what was done at their end.</summary>
internal sealed class StepList : IWorkObserver
{
    public List<(WorkStep Step, WorkCounts Total, WorkCounts Done)> Ended { get; } = [];

    public IDisposable Begin(WorkStep step, WorkCounts total, Func<WorkCounts> progress) =>
        new Step(() => Ended.Add((step, total, progress())));

    public void Tell(WorkNotice notice)
    {
    }

    private sealed class Step(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
