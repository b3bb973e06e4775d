using System.Collections.Frozen;
using System.Collections.Immutable;
using Firn.Analyses.Building;
using Firn.Analyses.Launching;
using Firn.Analyses.Projects;
using Firn.Analyses.Records;
using Firn.Captures;
using Firn.Common;
using Firn.Storage.Records;

namespace Firn.Analyses.Running;

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
    public required AnalysisFolder RunFolder { get; init; }

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
    public CodeState? Code { get; init; }

    /// <summary>What its command sees in other places: the work tree of the rerun in that of the run.</summary>
    public PrivateMounts? Mounts { get; init; }

    /// <summary>The archive of the environment where the store is known to have it.</summary>
    public Sha256Digest? Archive { get; init; }

    /// <summary>The user's variables as this run gets them; <see langword="null"/> for those of the settings.</summary>
    public Surroundings? Surroundings { get; init; }

    /// <summary>The project's folder as the command sees it.</summary>
    public string ShownProject => Mounts?.ToInside(Project.Folder) ?? Project.Folder;

    /// <summary>
    /// Says, when the command has ended, what of its environment is not any more what <see cref="Archive"/> says;
    /// <see langword="null"/> where the environment was looked at before the run.
    /// </summary>
    public Func<IReadOnlyList<Problem>>? EnvironmentChanges { get; init; }
}
