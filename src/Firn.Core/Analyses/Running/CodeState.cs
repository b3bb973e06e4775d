using Firn.Analyses.Records;
using Firn.Common;

namespace Firn.Analyses.Running;

/// <summary>The code of a run, as it was before it.</summary>
/// <param name="Code">What the record says of it.</param>
/// <param name="Patch">What was not committed; <see langword="null"/> where there is nothing, or no git.</param>
/// <param name="Untracked">The source files that git does not have.</param>
/// <param name="Problems">What could not be kept.</param>
internal sealed record CodeState(
    ExecutionCode Code, byte[]? Patch, IReadOnlyList<CodeFile> Untracked, IReadOnlyList<Problem> Problems);
