using Firn.Host.Binaries;

namespace Firn.Host.Loading;

/// <summary>
/// Finds the files that a program and the modules it opens would get from the loader: RPATH, LD_LIBRARY_PATH, RUNPATH,
/// the cache, the default folders; a library that the process already has is taken by its name first
/// (ld.so(8); glibc: elf/dl-load.c _dl_map_object; musl: ldso/dynlink.c load_library).
/// </summary>
internal sealed class SharedLibraryResolver
{
    private const int MaxObjectsInProcess = 2048;
    private const int MaxSteps = 2_000_000;

    private readonly Dictionary<string, SharedObject?> _searches = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LoadedObject> _program = new(StringComparer.Ordinal);
    private readonly LoaderSettings _settings;
    private readonly SharedObjectCache _files;
    private readonly RunPathExpander _runPaths;
    private LoadedObject? _executable;
    private LoadedObject? _opener;
    private bool _isStarting;
    private int _steps;

    public SharedLibraryResolver(LoaderSettings settings, SharedObjectCache files)
    {
        _settings = settings;
        _files = files;
        _runPaths = new RunPathExpander(settings);
    }

    /// <summary>What the environment ships; asked where every search fails.</summary>
    public BundledLibraries? Bundled { get; init; }

    /// <summary>Whether so much was asked that the answer is not whole.</summary>
    public bool IsExhausted => _steps >= MaxSteps;

    /// <summary>Loads the interpreter: its libraries are in every process before the first module.</summary>
    public void LoadProgram(SharedObject executable, List<LibraryLink> links)
    {
        _executable = new LoadedObject(executable, null);
        _isStarting = true;
        Load(_executable, _program, links);
        _isStarting = false;
        // dlopen is called by libpython where there is one; its RPATH then counts for the modules too.
        _opener = _executable;
        foreach (var loaded in _program.Values)
        {
            if (loaded.File.FileName.StartsWith("libpython", StringComparison.Ordinal))
            {
                _opener = loaded;
            }
        }
    }

    /// <summary>Opens a module in a fresh process of the program.</summary>
    public void OpenModule(SharedObject module, List<LibraryLink> links) =>
        Load(new LoadedObject(module, _opener), new Dictionary<string, LoadedObject>(StringComparer.Ordinal), links);

    private void Load(LoadedObject root, Dictionary<string, LoadedObject> loaded, List<LibraryLink> links)
    {
        var queue = new Queue<LoadedObject>();
        queue.Enqueue(root);
        var count = 1;
        while (queue.TryDequeue(out var next))
        {
            foreach (var name in next.File.Image.Needed)
            {
                if (++_steps >= MaxSteps)
                {
                    return;
                }

                if (Known(name, loaded) is { } known)
                {
                    links.Add(new LibraryLink(next.File, name, known.File, false));
                    continue;
                }

                var link = Find(name, next);
                links.Add(link);
                if (link.To is { } file && count < MaxObjectsInProcess)
                {
                    count++;
                    Enter(name, file, next, loaded, queue);
                }
            }
        }
    }

    private LoadedObject? Known(string name, Dictionary<string, LoadedObject> loaded) =>
        _program.TryGetValue(name, out var known) || loaded.TryGetValue(name, out known) ? known : null;

    private static void Enter(
        string name,
        SharedObject file,
        LoadedObject loader,
        Dictionary<string, LoadedObject> loaded,
        Queue<LoadedObject> queue)
    {
        // Two names of one file are one object in the process (same device and inode).
        var isNew = !loaded.TryGetValue(file.Path, out var entered);
        entered ??= new LoadedObject(file, loader);
        loaded[file.Path] = entered;
        loaded[name] = entered;
        if (file.Image.Soname is { } soname)
        {
            loaded.TryAdd(soname, entered);
        }

        if (isNew)
        {
            queue.Enqueue(entered);
        }
    }

    private LibraryLink Find(string name, LoadedObject from)
    {
        if (name.Contains('/', StringComparison.Ordinal))
        {
            var path = _runPaths.Expand(name, from.File.Origin);
            return new LibraryLink(from.File, name, path is null ? null : Fitting(path), false);
        }

        var folders = from.Folders ??= new SearchFolders(FoldersOf(from));
        var key = string.Concat(name, "\0", folders.Key);
        if (!_searches.TryGetValue(key, out var found))
        {
            found = Search(name, folders.Folders);
            _searches.Add(key, found);
        }

        // Before the first module nothing can have been loaded by other means.
        if (found is null && !_isStarting && Bundled?.Find(name, from.File) is { } bundled)
        {
            return new LibraryLink(from.File, name, bundled, true);
        }

        return new LibraryLink(from.File, name, found, false);
    }

    private SharedObject? Search(string name, string[] folders)
    {
        if (_settings.MuslLoader is { } loader && IsPartOfMusl(name))
        {
            return Fitting(_settings.Physical(loader));
        }

        return InFolders(name, folders)
            ?? InCache(name)
            ?? InFolders(name, _settings.DefaultFolders.AsSpan());
    }

    private SharedObject? InFolders(string name, ReadOnlySpan<string> folders)
    {
        foreach (var folder in folders)
        {
            var start = folder == "/" ? "/" : folder + "/";
            foreach (var level in _settings.LevelsIn(folder))
            {
                if (Fitting(string.Concat(start, LoaderSettings.LevelsFolder + "/", level, "/" + name)) is { } better)
                {
                    return better;
                }
            }

            if (Fitting(start + name) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private SharedObject? InCache(string name)
    {
        var entries = _settings.Cache?.Find(name) ?? [];
        var flags = ElfMachine.CacheFlags(_settings.Program);
        LdSoCacheEntry? best = null;
        var bestRank = int.MaxValue;
        foreach (var entry in entries)
        {
            var rank = Rank(entry);
            if ((flags is null || entry.Flags == flags) && rank < bestRank)
            {
                best = entry;
                bestRank = rank;
            }
        }

        return best is null ? null : Fitting(_settings.Physical(best.Path));
    }

    /// <summary>The CPU's best level first, then the plain library; a level that the CPU has not is never taken.</summary>
    private int Rank(LdSoCacheEntry entry)
    {
        if (entry.HardwareLevel is null)
        {
            return int.MaxValue - 1;
        }

        var at = _settings.HardwareLevels.IndexOf(entry.HardwareLevel);
        return at < 0 ? int.MaxValue : at;
    }

    private SharedObject? Fitting(string path) =>
        _files.Find(path) is { } found && found.Image.FitsWith(_settings.Program) ? found : null;

    private string[] FoldersOf(LoadedObject from)
    {
        var folders = new List<string>();
        if (_settings.MuslLoader is not null)
        {
            folders.AddRange(_settings.LibraryPath);
            AddInherited(from, folders, either: true);
            return [.. folders];
        }

        if (from.File.Image.RunPath is null)
        {
            AddInherited(from, folders, either: false);
        }

        folders.AddRange(_settings.LibraryPath);
        if (from.File.Image.RunPath is { } runPath)
        {
            folders.AddRange(_runPaths.Folders(runPath, from.File.Origin));
        }

        return [.. folders];
    }

    /// <summary>RPATH of the object and of those that caused it to be loaded, the program at last; musl counts RUNPATH alike.</summary>
    private void AddInherited(LoadedObject from, List<string> folders, bool either)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var at = from; at is not null; at = at.Loader ?? (at == _executable ? null : _executable))
        {
            var path = either ? at.File.Image.RunPath ?? at.File.Image.RPath : RPath(at.File.Image);
            if (path is null)
            {
                continue;
            }

            foreach (var folder in _runPaths.Folders(path, at.File.Origin))
            {
                if (seen.Add(folder))
                {
                    folders.Add(folder);
                }
            }
        }
    }

    /// <summary>DT_RPATH is dead in an object that has a DT_RUNPATH.</summary>
    private static string? RPath(ElfImage image) => image.RunPath is null ? image.RPath : null;

    private static bool IsPartOfMusl(string name)
    {
        foreach (var part in new[] { "libc.", "libpthread.", "librt.", "libm.", "libdl.", "libutil.", "libxnet." })
        {
            if (name.StartsWith(part, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>A <c>DT_NEEDED</c> entry and where it leads.</summary>
/// <param name="From">The file that needs it.</param>
/// <param name="Name">The name as it stands there.</param>
/// <param name="To">The file that the loader takes, or <see langword="null"/> where it finds none.</param>
/// <param name="Preloaded">
/// No search leads to it, but the environment ships it: its package must load it first, as torch does with nvidia's.
/// </param>
internal sealed record LibraryLink(SharedObject From, string Name, SharedObject? To, bool Preloaded);

/// <summary>A file in a process, with the one that caused it to be loaded.</summary>
internal sealed class LoadedObject(SharedObject file, LoadedObject? loader)
{
    public SharedObject File { get; } = file;

    public LoadedObject? Loader { get; } = loader;

    /// <summary>The folders searched for what it needs; set by the resolver when first wanted.</summary>
    public SearchFolders? Folders { get; set; }
}

/// <summary>The folders that are searched before the cache, and a text that is equal for equal lists.</summary>
internal sealed class SearchFolders(string[] folders)
{
    public string[] Folders { get; } = folders;

    public string Key { get; } = string.Join(':', folders);
}

/// <summary>The libraries that an environment ships, by file name and soname.</summary>
internal sealed class BundledLibraries
{
    private readonly Dictionary<string, SharedObject> _byName = new(StringComparer.Ordinal);

    /// <summary>Adds a library; of several with one name the first by path is taken, whatever the order of adding.</summary>
    public void Add(SharedObject file)
    {
        Add(file.FileName, file);
        if (file.Image.Soname is { } soname && soname != file.FileName)
        {
            Add(soname, file);
        }
    }

    public SharedObject? Find(string name, SharedObject from) =>
        _byName.TryGetValue(name, out var found) && found.Image.FitsWith(from.Image) ? found : null;

    private void Add(string name, SharedObject file)
    {
        if (!_byName.TryGetValue(name, out var known) || string.CompareOrdinal(file.Path, known.Path) < 0)
        {
            _byName[name] = file;
        }
    }
}
