using Firn.Captures.Archives;
using Firn.Common;

namespace Firn.Analyses.Running;

/// <summary>Whether the bytes of an environment are in the store.</summary>
/// <param name="Archive">The archive's document; <see langword="null"/> where there is none.</param>
/// <param name="Problem">Why there is none although there should be, or what of the environment it lacks.</param>
/// <param name="ReadBytes">How much was read for it; 0 where nothing had changed.</param>
internal sealed record KeptEnvironment(Sha256Digest? Archive, Problem? Problem, long ReadBytes)
{
    public static KeptEnvironment NotAsked { get; } = new(null, null, 0);

    /// <summary>The archive's document, where it was made or found just now.</summary>
    public ArchiveDocument? Document { get; init; }
}
