using Firn.Captures.Documents;
using Firn.Common.Files;
using Firn.Host.Binaries;

namespace Firn.Runs.Observation;

/// <summary>Finds among the libraries that were mapped those that no capture of the environment could know.</summary>
internal sealed class LoadedLibraries
{
    private readonly CapturedPlaces _places;
    private readonly HashSet<string> _captured = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OutsideFile> _outside = new(StringComparer.Ordinal);
    private readonly HashSet<string> _done = new(StringComparer.Ordinal);

    public LoadedLibraries(Capture capture, CapturedPlaces places)
    {
        _places = places;
        foreach (var library in capture.NativeLibraries.Libraries)
        {
            Know(capture, library.Path);
        }

        foreach (var item in capture.NativeLibraries.Objects)
        {
            Know(capture, item.Path);
        }
    }

    /// <summary>Sorted by path.</summary>
    public IReadOnlyList<OutsideFile> Outside
    {
        get
        {
            var sorted = new List<OutsideFile>(_outside.Values);
            sorted.Sort(static (left, right) => string.CompareOrdinal(left.Path, right.Path));
            return sorted;
        }
    }

    public void Add(IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            if (_done.Add(path) && !_captured.Contains(path) && !_captured.Contains(RealPath.Of(path))
                && !_places.IsInEnvironment(path) && !_places.IsInProject(path) && !IsOfLibc(path))
            {
                _outside[path] = new OutsideFile(Path.GetFileName(path), path, null) { IsLibrary = true };
            }
        }
    }

    private void Know(Capture capture, string path)
    {
        var absolute = Path.Join(capture.Environment.Prefix, path);
        absolute = Path.IsPathRooted(path) ? path : absolute;
        _captured.Add(absolute);
        _captured.Add(RealPath.Of(absolute));
    }

    /// <summary>The loader, and what libc loads by itself for names and character sets.</summary>
    private static bool IsOfLibc(string path)
    {
        var name = Path.GetFileName(path);
        return name.StartsWith("ld-", StringComparison.Ordinal) || name.StartsWith("libnss_", StringComparison.Ordinal)
            || path.Contains("/gconv/", StringComparison.Ordinal);
    }
}

/// <summary>
/// The OpenMP runtimes that processes had mapped, known as threadpoolctl knows them: by the real file's name and by a symbol.
/// </summary>
internal sealed class OpenMpLibraries
{
    private readonly ExportedSymbols _symbols = new();
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

        var isConflict = runtimes.Any(path => KindOf(path) == NumericRuntimeKind.LlvmOpenMp)
            && runtimes.Any(path => KindOf(path) == NumericRuntimeKind.IntelOpenMp);
        if ((isConflict && !IsConflict) || (isConflict == IsConflict && runtimes.Count > _most.Count))
        {
            IsConflict = isConflict;
            _most = [.. runtimes];
        }
    }

    private static NumericRuntimeKind? KindOf(string path) => NumericRuntimeNames.KindOf(Path.GetFileName(path));

    private string? RuntimeOf(string library)
    {
        if (!_known.TryGetValue(library, out var runtime))
        {
            var real = RealPath.Of(library);
            runtime = KindOf(real) is { } kind && NumericRuntimeNames.IsOpenMp(kind)
                && _symbols.Find(real, NumericRuntimeNames.SymbolsOf(kind)) == SymbolAnswer.Exported ? real : null;
            _known.Add(library, runtime);
        }

        return runtime;
    }
}
