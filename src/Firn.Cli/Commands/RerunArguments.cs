namespace Firn.Cli.Commands;

/// <summary>The arguments of <c>firn rerun</c>.</summary>
/// <param name="Run">The run.</param>
/// <param name="Project">The project's folder that was named.</param>
/// <param name="Store">The store that was named.</param>
/// <param name="IsKept">Whether the rerun goes into the store.</param>
/// <param name="AllowsOutside">Whether the command may write outside of the rerun's folder.</param>
/// <param name="IsOfAllProjects">Whether a run that is named without its number may be another project's.</param>
/// <param name="IsConfirmed">Whether a run of somebody else's store is run without a question.</param>
internal sealed record RerunArguments(
    string Run, string? Project, string? Store, bool IsKept, bool AllowsOutside, bool IsOfAllProjects, bool IsConfirmed);
