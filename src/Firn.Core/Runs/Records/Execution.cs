using System.Collections.Immutable;
using Firn.Common;
using Firn.Runs.Secrets;

namespace Firn.Runs.Records;

/// <summary>What one run did: the document <c>run.json</c> among a run's files (docs/formats/execution.md).</summary>
internal sealed record Execution
{
    public const string Schema = "firn.execution/1";

    public required string Subject { get; init; }

    public required string Name { get; init; }

    /// <summary>The number of the run that was run again; <see langword="null"/> for a run of its own.</summary>
    public int? RerunOf { get; init; }

    /// <summary>Whether it came from a command line and not from <c>firn.yaml</c>.</summary>
    public bool IsAdHoc { get; init; }

    /// <summary>The program and its arguments, as they were started.</summary>
    public required ImmutableArray<string> Command { get; init; }

    /// <summary>
    /// What in <see cref="Command"/> was a secret and has <c>***</c> in its place, in the order of the places
    /// (<see cref="SecretArguments"/>); empty where it is as it was started.
    /// </summary>
    public ImmutableArray<string> MaskedArguments { get; init; } = [];

    /// <summary>The folder it ran in, relative to the project's folder; <c>.</c> is that folder.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>The project's folder on the machine it ran on.</summary>
    public string? ProjectFolder { get; init; }

    public required DateTimeOffset Started { get; init; }

    public required DateTimeOffset Ended { get; init; }

    /// <summary>The exit code; 128 and the signal's number where a signal ended it.</summary>
    public required int ExitCode { get; init; }

    /// <summary>The name of the signal that ended it, for example <c>SIGKILL</c>.</summary>
    public string? Signal { get; init; }

    /// <summary>The variables that Firn set or unset (<see langword="null"/>), sorted; secrets are masked.</summary>
    public ImmutableSortedDictionary<string, string?> Variables { get; init; } =
        ImmutableSortedDictionary.Create<string, string?>(StringComparer.Ordinal);

    public int? Threads { get; init; }

    /// <summary>The processors that the run could use, in thousandths: affinity and control group counted in.</summary>
    public long? EffectiveProcessorMillis { get; init; }

    /// <summary>Default where the analysis declares none.</summary>
    public ImmutableArray<ExecutionFile> Inputs { get; init; }

    public ImmutableArray<ExecutionFile> Outputs { get; init; } = [];

    /// <summary>The declared outputs that nothing was found for.</summary>
    public ImmutableArray<string> MissingOutputs { get; init; } = [];

    /// <summary><see langword="null"/> where there was none to keep.</summary>
    public ExecutionCode? Code { get; init; }

    /// <summary>The image in whose container it ran; <see langword="null"/> where it was none.</summary>
    public ExecutionImage? Image { get; init; }

    /// <summary>What changed in the environment since the build, one line each.</summary>
    public ImmutableArray<string> ChangesSinceBuild { get; init; } = [];

    /// <summary>What was met that is doubtful; processes that were left behind among it.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];
}

/// <summary>The image that a run was done in.</summary>
/// <param name="Id">Its id in the engine, <c>sha256:HEX</c>.</param>
/// <param name="Engine">What ran the container: <c>docker 28.2.2</c>; <see langword="null"/> in records of before it was kept.</param>
/// <param name="Name">As it was named.</param>
internal sealed record ExecutionImage(string Id, string? Engine, string Name);

/// <summary>The code of a run.</summary>
internal sealed record ExecutionCode
{
    /// <summary>The commit that was checked out; <see langword="null"/> without a repository or before its first commit.</summary>
    public string? Commit { get; init; }

    /// <summary>The remote's URL, without credentials.</summary>
    public string? Remote { get; init; }

    /// <summary>The project's folder relative to the repository's work tree; <c>.</c> where it is the same.</summary>
    public string Folder { get; init; } = ".";

    /// <summary>Of the paths and contents of all source files of the project, committed or not: what tells one code from another.</summary>
    public Sha256Digest? Digest { get; init; }

    /// <summary>Whether <c>code.patch</c> among the run's files has what was not committed.</summary>
    public bool HasPatch { get; init; }

    /// <summary>The untracked source files, kept as <c>code/PATH</c>; relative to the project's folder.</summary>
    public ImmutableArray<string> Untracked { get; init; } = [];

    /// <summary>Untracked files that were too large to keep.</summary>
    public ImmutableArray<string> LeftOut { get; init; } = [];

    /// <summary>Files that are not code, since they may hold passwords or tokens: neither kept nor part of the patch.</summary>
    public ImmutableArray<string> Secret { get; init; } = [];
}

/// <summary>An input or an output of a run.</summary>
/// <param name="Path">Relative to the project's folder with <c>/</c> between its parts, or absolute outside of it.</param>
/// <param name="Digest">Of its bytes; <see langword="null"/> where it could not be read.</param>
/// <param name="Size">In bytes.</param>
public sealed record ExecutionFile(string Path, Sha256Digest? Digest, long Size);
