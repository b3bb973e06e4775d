using System.Collections.Immutable;

namespace Firn.Host.Loading;

/// <summary>Gathers links into libraries: who needs what, and what is not found.</summary>
internal sealed class NativeLibraryCollector(EnvironmentPaths paths)
{
    private const string InterpreterName = "python";
    private readonly Dictionary<string, CollectedLibrary> _libraries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string?> _owners = new(StringComparer.Ordinal);
    private readonly List<LibraryLink> _unresolved = [];
    private readonly List<SharedObject> _unresolvedRoots = [];
    private string? _interpreter;

    public IEnumerable<CollectedLibrary> Libraries => _libraries.Values;

    /// <summary>Says that a package of the environment, or nobody known, ships the file.</summary>
    public void AddOwned(SharedObject file, string? owner) => _owners[file.Path] = owner;

    public void SetInterpreter(SharedObject executable) => _interpreter = executable.Path;

    public bool IsShipped(string path) => _owners.ContainsKey(path);

    public string? Owner(string path) => _owners.GetValueOrDefault(path);

    /// <summary>Takes the links of one process and empties the list.</summary>
    public void Take(SharedObject root, List<LibraryLink> links)
    {
        foreach (var link in links)
        {
            if (link.To is not { } to)
            {
                _unresolved.Add(link);
                _unresolvedRoots.Add(root);
                continue;
            }

            if (!_libraries.TryGetValue(to.Path, out var library))
            {
                library = new CollectedLibrary(to, link.Name);
                _libraries.Add(to.Path, library);
            }

            library.Preloaded |= link.Preloaded;
            if (to.Path != link.From.Path)
            {
                library.NeededBy.Add(NameOf(link.From));
            }
        }

        links.Clear();
    }

    /// <summary>
    /// The names without a file. A library that some module loads is judged by what it gets there: opened by itself it
    /// would lack its loaders' RPATH.
    /// </summary>
    public ImmutableArray<UnresolvedLibrary> Unresolved()
    {
        var byName = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        for (var i = 0; i < _unresolved.Count; i++)
        {
            var link = _unresolved[i];
            if (link.From == _unresolvedRoots[i] && _libraries.ContainsKey(link.From.Path))
            {
                continue;
            }

            if (!byName.TryGetValue(link.Name, out var needing))
            {
                needing = new HashSet<string>(StringComparer.Ordinal);
                byName.Add(link.Name, needing);
            }

            needing.Add(paths.Shown(link.From.Path));
        }

        var unresolved = ImmutableArray.CreateBuilder<UnresolvedLibrary>(byName.Count);
        foreach (var (name, needing) in byName)
        {
            var sorted = new List<string>(needing);
            sorted.Sort(StringComparer.Ordinal);
            unresolved.Add(new UnresolvedLibrary(name, [.. sorted]));
        }

        unresolved.Sort(static (left, right) => string.CompareOrdinal(left.Name, right.Name));

        return unresolved.MoveToImmutable();
    }

    private string NameOf(SharedObject file)
    {
        if (file.Path == _interpreter)
        {
            return InterpreterName;
        }

        return _owners.GetValueOrDefault(file.Path) ?? file.Image.Soname ?? file.FileName;
    }
}

/// <summary>A library and who needs it, while it is gathered.</summary>
internal sealed class CollectedLibrary(SharedObject file, string name)
{
    public SharedObject File { get; } = file;

    /// <summary>The soname, else the first name that led here.</summary>
    public string Soname { get; } = file.Image.Soname ?? name;

    public HashSet<string> NeededBy { get; } = new(StringComparer.Ordinal);

    public bool Preloaded { get; set; }
}
