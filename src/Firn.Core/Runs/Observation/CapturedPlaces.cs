using Firn.Captures.Documents;
using Firn.Common.Files;
using Firn.Python;

namespace Firn.Runs.Observation;

/// <summary>Which paths belong to the captured environment, to its standard library, and to the project.</summary>
internal sealed class CapturedPlaces
{
    // What lies below them is not all an environment's: they are shared with the system.
    private static readonly string[] SharedPrefixes = ["/", "/usr", "/usr/local"];

    private readonly List<string> _prefixes = [];
    private readonly List<string> _library = [];
    private readonly List<string> _project = [];

    public CapturedPlaces(Capture capture, string projectFolder)
    {
        Add(_project, projectFolder);
        var environment = capture.Environment;
        Add(_prefixes, environment.Prefix);
        Add(_prefixes, environment.BasePrefix);
        foreach (var prefix in SharedPrefixes)
        {
            _prefixes.Remove(prefix);
        }

        foreach (var entry in environment.SearchPath)
        {
            switch (entry.Kind)
            {
                case SearchPathKind.StandardLibrary:
                    Add(_library, entry.Path);
                    break;
                case SearchPathKind.PythonPath:
                    break;
                default:
                    Add(_prefixes, entry.Path);
                    Add(Sites, entry.Path);
                    break;
            }
        }

        _prefixes.AddRange(_library);
        Prefix = RealPath.Of(environment.Prefix);
    }

    /// <summary>The environment's <c>sys.prefix</c>, links followed.</summary>
    public string Prefix { get; }

    /// <summary>The folders that modules of distributions are found in, in the order of <c>sys.path</c>.</summary>
    public List<string> Sites { get; } = [];

    /// <summary>Whether it is the environment's, by its own path or with links followed.</summary>
    public bool IsInEnvironment(string path) => IsIn(_prefixes, path) || IsIn(_prefixes, RealPath.Of(path));

    public bool IsInProject(string path) => IsIn(_project, path) || IsIn(_project, RealPath.Of(path));

    /// <summary>Whether it is of the standard library, in whose folder the packages may lie too.</summary>
    public bool IsStandardLibrary(string path) => IsIn(_library, path) && !IsIn(Sites, path);

    /// <summary>The file of the module of a name in the folders of the environment; <see langword="null"/> where none has one.</summary>
    public string? FileOf(string module, out bool isStandardLibrary)
    {
        var relative = module.Replace('.', '/');
        foreach (var folder in _library)
        {
            if (Find(folder, relative) is { } found)
            {
                isStandardLibrary = true;
                return found;
            }
        }

        isStandardLibrary = false;
        foreach (var folder in Sites)
        {
            if (Find(folder, relative) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static string? Find(string folder, string relative)
    {
        var path = Path.Join(folder, relative);
        if (File.Exists(Path.Join(path, "__init__.py")))
        {
            return Path.Join(path, "__init__.py");
        }

        if (File.Exists(path + ".py"))
        {
            return path + ".py";
        }

        // An extension module: NAME.cpython-311-x86_64-linux-gnu.so, NAME.abi3.so, NAME.so.
        var parent = Path.GetDirectoryName(path)!;
        var start = Path.GetFileName(path) + ".";
        foreach (var entry in DirectoryReader.List(parent, out _))
        {
            if (entry.Name.StartsWith(start, StringComparison.Ordinal)
                && (entry.Name.EndsWith(".so", StringComparison.Ordinal) || entry.Name.EndsWith(".pyd", StringComparison.Ordinal)))
            {
                return Path.Join(parent, entry.Name);
            }
        }

        return null;
    }

    private static bool IsIn(List<string> folders, string path)
    {
        foreach (var folder in folders)
        {
            if (RealPath.IsWithin(path, folder))
            {
                return true;
            }
        }

        return false;
    }

    private static void Add(List<string> folders, string folder)
    {
        folders.Add(folder);
        var real = RealPath.Of(folder);
        if (real != folder)
        {
            folders.Add(real);
        }
    }
}
