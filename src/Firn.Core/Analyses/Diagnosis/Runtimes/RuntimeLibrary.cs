using System.Collections.Immutable;

namespace Firn.Analyses.Diagnosis.Runtimes;

/// <summary>A numeric runtime on disk.</summary>
/// <param name="Kind">Whose it is.</param>
/// <param name="Path">The real file, links followed, absolute.</param>
/// <param name="Packages">
/// The packages that ship it; where none does, those that are linked with it; sorted, and empty where nobody is known.
/// </param>
/// <param name="IsShipped">Whether the packages ship it, or only use it.</param>
/// <param name="ByName">Whether only its name tells what it is, since its symbols cannot be read.</param>
internal sealed record RuntimeLibrary(
    RuntimeKind Kind, string Path, ImmutableArray<string> Packages, bool IsShipped, bool ByName)
{
    public bool IsOpenMp => Kind is not (RuntimeKind.OpenBlas or RuntimeKind.Mkl);
}
