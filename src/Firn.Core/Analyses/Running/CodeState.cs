using Firn.Analyses.Records;
using Firn.Common;

namespace Firn.Analyses.Running;

/// <summary>The code of a run, as it was before it.</summary>
/// <param name="Code">What the record says of it.</param>
/// <param name="Patch">What was not committed; <see langword="null"/> where there is nothing, or no git.</param>
/// <param name="Untracked">The source files that git does not have.</param>
/// <param name="Problems">What could not be kept.</param>
internal sealed record CodeState(
    ExecutionCode Code, byte[]? Patch, IReadOnlyList<UntrackedFile> Untracked, IReadOnlyList<Problem> Problems)
{
    /// <summary>All files of it as they lie in the work tree; <see langword="null"/> where it comes from the store.</summary>
    public WorkTree? Tree { get; init; }

    /// <summary>The digest of <see cref="Kept"/>.</summary>
    public Sha256Digest? Document { get; init; }

    /// <summary>All files of it as the store has them; <see langword="null"/> where it is not there, or only as a commit's.</summary>
    public CodeDocument? Kept { get; init; }
}
