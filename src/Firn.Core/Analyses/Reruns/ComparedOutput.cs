using Firn.Common;

namespace Firn.Analyses.Reruns;

/// <summary>An output of a run beside that of its rerun.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Before">The digest it had; <see langword="null"/> where the run did not have it.</param>
/// <param name="Now">The digest it has; <see langword="null"/> where it is not there.</param>
internal sealed record ComparedOutput(string Path, Sha256Digest? Before, Sha256Digest? Now)
{
    public bool IsEqual => Before is not null && Before == Now;
}
