using Firn.Common;

namespace Firn.Storage.Records;

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
