using Firn.Common;
using Firn.Host;

namespace Firn.Analyses.Observation;

/// <summary>
/// The OpenMP runtimes that processes had mapped, known as threadpoolctl knows them: by the start of the real file's name
/// and by a symbol, since libompd and libomptarget are none.
/// </summary>
internal sealed class OpenMpLibraries
{
    private static readonly string[] Families = ["libiomp", "libgomp", "libomp"];

    private readonly Dictionary<string, string?> _known = new(StringComparer.Ordinal);
    private List<string> _most = [];

    /// <summary>The runtimes of the process that had a known bad pair, else of the one that had most; sorted.</summary>
    public IReadOnlyList<string> Runtimes => _most;

    /// <summary>Whether they are LLVM's and Intel's, which crash or hang together on Linux.</summary>
    public bool IsConflict { get; private set; }

    /// <summary>Adds what one process had mapped.</summary>
    public void AddProcess(IEnumerable<string> libraries)
    {
        var runtimes = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var library in libraries)
        {
            if (RuntimeOf(library) is { } runtime)
            {
                runtimes.Add(runtime);
            }
        }

        var isConflict = runtimes.Any(path => FamilyOf(path) == "libomp") && runtimes.Any(path => FamilyOf(path) == "libiomp");
        if ((isConflict && !IsConflict) || (isConflict == IsConflict && runtimes.Count > _most.Count))
        {
            IsConflict = isConflict;
            _most = [.. runtimes];
        }
    }

    private static string? FamilyOf(string path)
    {
        var name = Path.GetFileName(path);
        return Array.Find(Families, family => name.StartsWith(family, StringComparison.OrdinalIgnoreCase));
    }

    private string? RuntimeOf(string library)
    {
        if (!_known.TryGetValue(library, out var runtime))
        {
            var real = RealPath.Of(library);
            runtime = FamilyOf(real) is not null
                && DefinedSymbols.HasAny(real, "omp_get_max_threads", "omp_get_num_threads") ? real : null;
            _known.Add(library, runtime);
        }

        return runtime;
    }
}
