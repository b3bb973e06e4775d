using Firn.Common;
using Firn.Common.Files;
using Firn.Host.Binaries;
using Firn.Python;

namespace Firn.Reports.Diagnosis;

/// <summary>
/// The compiled files that lie in an environment, whoever put them there and of whatever system: the folders that Python
/// imports from with what is below them, and the folders for libraries of the prefixes.
/// </summary>
internal static class NativeFileFinder
{
    // PYTHONPATH may name a folder with all of somebody's data below it.
    private const int MaxFolders = 50_000;
    private const int DeepestFolder = 24;

    /// <summary>The files, absolute, each once, sorted.</summary>
    public static IReadOnlyList<string> Find(PythonEnvironment environment, CancellationToken cancellation)
    {
        var files = new SortedSet<string>(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in environment.SearchPath)
        {
            if (entry.Kind != SearchPathKind.StandardLibrary && seen.Add(RealPath.Of(entry.Path)))
            {
                AddTree(entry.Path, files, cancellation);
            }
        }

        AddLibraries(environment.Prefix, files);
        // The standard library's interpreter may bring libraries of its own (conda's does).
        AddLibraries(environment.BasePrefix, files);
        return [.. files];
    }

    /// <summary>Whether the name is that of a shared library or an extension module of Linux, macOS or Windows.</summary>
    public static bool IsNamed(ReadOnlySpan<char> name) =>
        NativeCandidate.IsNamed(name)
        || name.EndsWith(".dylib", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith(".dll", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith(".pyd", StringComparison.OrdinalIgnoreCase);

    private static void AddTree(string root, SortedSet<string> files, CancellationToken cancellation)
    {
        if (!Directory.Exists(root))
        {
            return;
        }

        ScannedTree tree;
        try
        {
            var folders = 0;
            tree = TreeScanner.Scan(
                root, folder => IsOfInterest(root, folder) && Interlocked.Increment(ref folders) < MaxFolders, cancellation);
        }
        catch (FirnException)
        {
            // The capture's problems say already that it cannot be read.
            return;
        }

        foreach (var entry in tree.Entries)
        {
            if (!entry.Stat.IsDirectory && IsNamed(entry.Name))
            {
                files.Add(Path.Join(root, entry.Path));
            }
        }
    }

    /// <summary>Neither bytecode, nor hidden folders (repositories, other environments), nor environments in a project.</summary>
    private static bool IsOfInterest(string root, string folder)
    {
        var name = folder.AsSpan(folder.LastIndexOf('/') + 1);
        if (name is "__pycache__" or "node_modules" || folder.AsSpan().Count('/') > DeepestFolder)
        {
            return false;
        }

        // Wheels for macOS and Windows keep their libraries in these.
        return name is ".dylibs" or ".libs"
            || (!name.StartsWith('.') && !File.Exists(Path.Join(root, folder, "pyvenv.cfg")));
    }

    private static void AddLibraries(string prefix, SortedSet<string> files)
    {
        // `/usr` and `/usr/local` hold the system's libraries: what of them is in use, the capture knows.
        if (prefix is "/" or "/usr" or "/usr/local")
        {
            return;
        }

        foreach (var folder in (ReadOnlySpan<string>)["lib", "Library/bin", "DLLs"])
        {
            var path = Path.Join(prefix, folder);
            foreach (var entry in DirectoryReader.List(path, out _))
            {
                if (entry.Kind != DirectoryEntryKind.Directory && IsNamed(entry.Name))
                {
                    files.Add(Path.Join(path, entry.Name));
                }
            }
        }
    }
}
