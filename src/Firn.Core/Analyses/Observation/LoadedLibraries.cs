using Firn.Captures;
using Firn.Common;

namespace Firn.Analyses.Observation;

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
