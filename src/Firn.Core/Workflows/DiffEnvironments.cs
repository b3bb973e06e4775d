using System.Collections.Immutable;
using Firn.Archives;
using Firn.Captures.Differences;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Projects;
using Firn.Runs.Comparing;
using Firn.Runs.Records;
using Firn.Storage;
using Firn.Storage.Records;

namespace Firn.Workflows;

/// <summary>What to compare with what.</summary>
public sealed record DiffEnvironmentsRequest
{
    /// <summary>
    /// A capture's folder or its <c>environment.json</c>, an environment id or the start of its digits, a run
    /// <c>SUBJECT/NAME[@N]</c>, or an environment: a prefix or a python executable.
    /// </summary>
    public required string First { get; init; }

    /// <summary>The same of what it is compared with.</summary>
    public required string Second { get; init; }

    /// <summary>The store's folder; <see langword="null"/> for <c>FIRN_STORE</c>, else the project's, else the user's own, if there is one.</summary>
    public string? Store { get; init; }

    /// <summary>The folder of the project whose store is meant; <see langword="null"/> for the one with <c>firn.yaml</c>, the current one or above.</summary>
    public string? Project { get; init; }
}

/// <summary>What differs.</summary>
/// <param name="Environments">The differences of the environments.</param>
/// <param name="Runs">The differences of the runs; <see langword="null"/> where not both are runs of commands.</param>
public sealed record DiffEnvironmentsResult(CaptureDifferences Environments, ImmutableArray<RunDifference>? Runs)
{
    /// <summary>Whether nothing differs. Contents are compared as recorded.</summary>
    public bool AreEqual => Environments.AreEqual && Runs is null or { IsEmpty: true };

    /// <summary>Writes it as a document: <c>firn.run-diff/1</c> of two runs, else <c>firn.diff/1</c>.</summary>
    public void WriteJson(Stream stream) => stream.Write(
        Runs is { } runs ? RunDifferencesWriter.Write(Environments, runs) : DifferencesWriter.Write(Environments));
}

/// <summary>
/// Compares two captures or environments as recorded, no file is read: packages, contents, conda packages, native libraries,
/// variables, host. Of two runs also command, code, variables, inputs and outputs.
/// </summary>
/// <param name="systemContext">Variables, home and current folder.</param>
public sealed class DiffEnvironments(SystemContext systemContext)
{
    /// <summary>Compares them.</summary>
    /// <param name="request">What with what.</param>
    /// <exception cref="FirnException">There is no such capture, run or environment.</exception>
    public DiffEnvironmentsResult Run(DiffEnvironmentsRequest request)
    {
        var store = ProjectStore.LocateAnywhere(request.Store, request.Project, systemContext with { HomeProblem = null });
        if (RunOf(request.First, store) is var first && RunOf(request.Second, store) is { } second && first is not null)
        {
            return new DiffEnvironmentsResult(
                CaptureComparer.Compare(first.Capture, second.Capture),
                RunDifferences.Of(first, second).AddRange(ArchiveDifferences.Of(
                    ArchiveDifferences.ArchiveOf(first.Record), ArchiveDifferences.ArchiveOf(second.Record), Store.Open(store))));
        }

        var before = Load(request.First, store);
        return new DiffEnvironmentsResult(CaptureComparer.Compare(before, Load(request.Second, store)), null);
    }

    private Capture Load(string text, string store) =>
        ArchiveReference.Load(text, store, systemContext, ProjectIdentity.Find(null, systemContext));

    /// <summary>The run of a command that a text names, without a number the last; <see langword="null"/> where it names something else.</summary>
    private RecordedRun? RunOf(string text, string store)
    {
        if (!ArchiveReference.NamesRun(text, store, systemContext))
        {
            return null;
        }

        var opened = Store.Open(store).InProject(ProjectIdentity.Find(null, systemContext));
        var reference = AnalysisReference.Parse(text);
        return RecordedRun.Of(opened.Runs(reference.Subject, reference.Name).Get(reference.Number).Record, opened);
    }
}
