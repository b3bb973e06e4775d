using System.Collections.Frozen;
using System.Collections.Immutable;
using Firn.Archives.Planning;
using Firn.Captures;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Projects;
using Firn.Runs.Building;
using Firn.Runs.Code;
using Firn.Runs.Launching;
using Firn.Runs.Observation;
using Firn.Runs.Records;
using Firn.Storage.Records;

namespace Firn.Runs.Preparing;

/// <summary>One analysis that is to be run.</summary>
internal sealed record RunTask
{
    public required Project Project { get; init; }

    public required AnalysisDefinition Analysis { get; init; }

    /// <summary>Which environment it runs in.</summary>
    public required InspectionRequest Environment { get; init; }

    /// <summary>The folder it runs in, absolute.</summary>
    public required string Folder { get; init; }

    /// <summary>Where its log goes.</summary>
    public required RunDirectory RunFolder { get; init; }

    /// <summary>Whether it comes from the command line.</summary>
    public bool IsAdHoc { get; init; }

    /// <summary>Whether <see cref="Project"/> is read from a file, and not made up for a folder without one.</summary>
    public bool HasProject { get; init; } = true;

    /// <summary>Whether it reads this process's standard input.</summary>
    public bool InheritsInput { get; init; }

    public required OutputSink Output { get; init; }

    public required OutputSink Error { get; init; }

    /// <summary>Whether both go to one place.</summary>
    public bool HasOneOutput { get; init; }

    /// <summary>The outputs of this analysis's last run: they are its own also where a run leaves them as they are.</summary>
    public IReadOnlySet<string> OwnOutputs { get; init; } = FrozenSet<string>.Empty;

    /// <summary>The number of the run that is run again.</summary>
    public int? RerunOf { get; init; }

    /// <summary>The inputs where they are known already, default among it: those of the run that is run again.</summary>
    public ImmutableArray<ExecutionFile>? Inputs { get; init; }

    /// <summary>The project that the run belongs to where it is not <see cref="Project"/>: that of the run that is run again.</summary>
    public RunProject? KeptProject { get; init; }

    /// <summary>The code where it is known already: that of the run that is run again.</summary>
    public RunCode? Code { get; init; }

    /// <summary>What its command sees in other places: the work tree of the rerun in that of the run.</summary>
    public PrivateMounts? Mounts { get; init; }

    /// <summary>The archive of the environment where the store is known to have it.</summary>
    public Sha256Digest? Archive { get; init; }

    /// <summary>The user's variables as this run gets them; <see langword="null"/> for those of the settings.</summary>
    public SystemContext? SystemContext { get; init; }

    /// <summary>The project's folder as the command sees it.</summary>
    public string ShownProject => Mounts?.ToInside(Project.Folder) ?? Project.Folder;

    /// <summary>
    /// Says, when the command has ended, what of its environment is not any more what <see cref="Archive"/> says;
    /// <see langword="null"/> where the environment was looked at before the run.
    /// </summary>
    public Func<IReadOnlyList<Problem>>? EnvironmentChanges { get; init; }
}

/// <summary>What holds for all runs of one command line.</summary>
internal sealed record RunSettings
{
    /// <summary>The user's variables, home and current folder.</summary>
    public required SystemContext SystemContext { get; init; }

    /// <summary>The store's folder, absolute.</summary>
    public required string Store { get; init; }

    /// <summary>Whether the environment's bytes are kept.</summary>
    public bool IsArchived { get; init; } = true;

    /// <summary>Whether the operating system's interpreter is kept too.</summary>
    public bool WithInterpreter { get; init; }

    /// <summary>Whether runs go into the store.</summary>
    public bool KeepsRuns { get; init; } = true;

    /// <summary>How runs are observed.</summary>
    public ObservationMode Observes { get; init; } = ObservationMode.Report;

    /// <summary>The command line of this firn, which follows a run by ptrace where that is asked for.</summary>
    public IReadOnlyList<string> OwnCommand { get; init; } = [];

    /// <summary><c>--threads</c>.</summary>
    public int? Threads { get; init; }

    /// <summary>Whether a change of the environment since the build is an error.</summary>
    public bool IsFrozen { get; init; }

    /// <summary>Whether unchanged analyses run too.</summary>
    public bool IsForced { get; init; }
}

/// <summary>All that is known of a run before it starts.</summary>
internal sealed record PreparedRun
{
    public required RunTask Task { get; init; }

    /// <summary>The environment now.</summary>
    public required Capture Capture { get; init; }

    /// <summary>The environment as it was built; <see langword="null"/> for a run that was not built.</summary>
    public BuiltCapture? Built { get; init; }

    /// <summary>What has changed between the two, one line each.</summary>
    public ImmutableArray<string> Changes { get; init; } = [];

    /// <summary>What is set on top of the user's variables, and with <see langword="null"/> unset.</summary>
    public required ImmutableSortedDictionary<string, string?> Variables { get; init; }

    /// <summary>Default where none are declared.</summary>
    public ImmutableArray<ExecutionFile> Inputs { get; init; }

    public required RunCode Code { get; init; }

    /// <summary>The image in whose container it is run; <see langword="null"/> where it is none.</summary>
    public ExecutionImage? Image { get; init; }

    /// <summary>The environment's files; <see langword="null"/> where they were not looked at yet.</summary>
    public EnvironmentSnapshot? Files { get; init; }

    /// <summary>A scan of the environment's folders that was begun beside the capture.</summary>
    public BackgroundScan? Scan { get; init; }

    /// <summary>What was met on the way.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];
}
