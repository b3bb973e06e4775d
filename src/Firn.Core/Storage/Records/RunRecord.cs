using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Json;

namespace Firn.Storage.Records;

/// <summary>One run of an analysis, or a tombstone for one: what stands in its chain (docs/formats/store.md).</summary>
internal sealed record RunRecord
{
    public const string Schema = "firn.run/1";

    public required string Subject { get; init; }

    public required string Name { get; init; }

    public required int Number { get; init; }

    /// <summary>The digest of the record before; <see langword="null"/> in the first.</summary>
    public Sha256Digest? Previous { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>One of <see cref="RunKinds"/>, or a newer firn's.</summary>
    public string Kind { get; init; } = RunKinds.Results;

    public RunStatus Status { get; init; }

    /// <summary>The number of the record that a tombstone takes out.</summary>
    public int? Forgets { get; init; }

    /// <summary>In the order of their names.</summary>
    public ImmutableArray<RunResource> Resources { get; init; } = [];

    /// <summary>The document of the code that a command ran; <see langword="null"/> where none is kept.</summary>
    public Sha256Digest? Code { get; init; }

    public ImmutableArray<RunEnvironment> Environments { get; init; } = [];

    /// <summary>The project it belongs to; <see langword="null"/> outside of any, and in records of firns before that knew none.</summary>
    public RunProject? Project { get; init; }

    public ExtraMembers Extra { get; init; } = ExtraMembers.None;

    /// <summary>The tombstone that takes a run out.</summary>
    public static RunRecord Forgetting(RunRecord run, DateTimeOffset now) => new()
    {
        Subject = run.Subject,
        Name = run.Name,
        Number = 0,
        Created = now,
        Kind = RunKinds.Tombstone,
        Forgets = run.Number,
    };

    /// <summary>The environment that it ran in.</summary>
    public RunEnvironment? RanIn => Environments.FirstOrDefault(static environment => environment.When == RunEnvironment.AtRun);

    /// <summary>The file of a name; <see langword="null"/> where it has none.</summary>
    public RunResource? Resource(string name) => Resources.FirstOrDefault(resource => resource.Name == name);

    public bool IsTombstone => Kind == RunKinds.Tombstone;
}

/// <summary>What a run record is; a newer firn may know more, which hold results as well.</summary>
internal static class RunKinds
{
    /// <summary>Files that were added.</summary>
    public const string Results = "results";

    /// <summary>A command that Firn ran, with its outputs, its environment and its code.</summary>
    public const string Run = "run";

    /// <summary>Says that another record no longer counts.</summary>
    public const string Tombstone = "tombstone";
}

/// <summary>How a run ended.</summary>
public enum RunStatus
{
    /// <summary>The command ended with 0, and all declared outputs are there.</summary>
    Succeeded,

    /// <summary>It did not.</summary>
    Failed,
}

/// <summary>A file that a run keeps.</summary>
/// <param name="Name">Relative, with <c>/</c> between its parts (<see cref="ResourceName"/>).</param>
/// <param name="Digest">Of its bytes.</param>
/// <param name="Md5">Of its bytes, 32 hexadecimal digits, for asimov.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Uuid">32 hexadecimal digits, for asimov.</param>
internal sealed record RunResource(string Name, Sha256Digest Digest, string Md5, long Size, string Uuid)
{
    public ExtraMembers Extra { get; init; } = ExtraMembers.None;
}

/// <summary>An environment of a run.</summary>
/// <param name="When"><c>build</c> or <c>run</c>.</param>
/// <param name="EnvironmentId">The environment's id.</param>
/// <param name="Capture">The capture's document, where the store has it.</param>
/// <param name="Archive">The archive's document, where the environment was archived.</param>
internal sealed record RunEnvironment(string When, string EnvironmentId, Sha256Digest? Capture, Sha256Digest? Archive)
{
    public const string AtBuild = "build";
    public const string AtRun = "run";

    public ExtraMembers Extra { get; init; } = ExtraMembers.None;
}

/// <summary>
/// The project of a run, so that projects which call an analysis by the same name in one store are told apart. It is the
/// same one where the folder is, or the repository: a project may be moved, and cloned.
/// </summary>
/// <param name="Folder">Its folder, absolute, links followed.</param>
/// <param name="Repository">
/// The remote's URL without credentials, a space, and the folder within the work tree; <see langword="null"/> without a remote.
/// </param>
internal sealed record RunProject(string Folder, string? Repository)
{
    /// <summary>Whether a record is of this project, or of none that is known.</summary>
    public bool Includes(RunRecord record) =>
        record.Project is not { } other || other.Folder == Folder || (Repository is not null && other.Repository == Repository);
}
