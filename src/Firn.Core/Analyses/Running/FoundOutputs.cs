using Firn.Storage.Results;

namespace Firn.Analyses.Running;

/// <summary>The outputs of a run.</summary>
/// <param name="Sources">The files, under the names that the store gives them.</param>
/// <param name="Paths">The same files as the project names them.</param>
/// <param name="Missing">The patterns that nothing was found for, and the files that cannot be read.</param>
/// <param name="Old">Those that the run has not written.</param>
/// <param name="LeftOut">What a pattern means and is not kept, and why.</param>
/// <param name="Secret">Those that are kept, since they are declared by their names, although they may hold a secret.</param>
internal sealed record FoundOutputs(
    IReadOnlyList<ResultSource> Sources,
    IReadOnlyList<string> Paths,
    IReadOnlyList<string> Missing,
    IReadOnlyList<string> Old,
    IReadOnlyList<LeftOutFile> LeftOut,
    IReadOnlyList<string> Secret)
{
    public static FoundOutputs None { get; } = new([], [], [], [], [], []);
}
