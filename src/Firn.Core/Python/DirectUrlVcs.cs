namespace Firn.Python;

/// <summary>Where a distribution came from: a commit of a repository.</summary>
/// <param name="Vcs">The system, for example <c>git</c>.</param>
/// <param name="CommitId">The commit that was installed.</param>
/// <param name="RequestedRevision">The branch, tag or commit that was asked for.</param>
internal sealed record DirectUrlVcs(string Vcs, string CommitId, string? RequestedRevision);
