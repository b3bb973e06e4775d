namespace Firn.Benchmarks.Compare;

/// <summary>A Python with pip to measure on.</summary>
/// <param name="Prefix">Its prefix.</param>
/// <param name="Executable">Its interpreter.</param>
/// <param name="Distributions">How many distributions its site-packages folder holds.</param>
internal sealed record PythonPrefix(string Prefix, string Executable, int Distributions)
{
    private static readonly string[] Interpreters =
        ["bin/python3", "bin/python", "python.exe", "Scripts/python.exe"];

    /// <summary>The Python of an interpreter's path or of a prefix.</summary>
    /// <exception cref="BenchmarkException">There is none.</exception>
    public static PythonPrefix At(string path)
    {
        var full = Path.GetFullPath(path);
        var prefix = Directory.Exists(full) ? full : Path.GetDirectoryName(Path.GetDirectoryName(full)) ?? full;
        return Read(prefix, full) ?? throw new BenchmarkException($"there is no Python with pip at {path}");
    }

    /// <summary>The Python with the most distributions: the active environment and all of pyenv's.</summary>
    /// <exception cref="BenchmarkException">There is none.</exception>
    public static PythonPrefix Largest() =>
        Candidates()
            .Select(prefix => Read(prefix, prefix))
            .OfType<PythonPrefix>()
            .MaxBy(python => python.Distributions)
        ?? throw new BenchmarkException("no Python with pip was found: name one with --python");

    private static IEnumerable<string> Candidates()
    {
        foreach (var variable in new[] { "VIRTUAL_ENV", "CONDA_PREFIX" })
        {
            if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } prefix)
            {
                yield return prefix;
            }
        }

        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var pyenv = Environment.GetEnvironmentVariable("PYENV_ROOT") is { Length: > 0 } root
            ? root
            : Path.Join(home, ".pyenv");
        var versions = Path.Join(pyenv, "versions");
        if (Directory.Exists(versions))
        {
            foreach (var version in Directory.EnumerateDirectories(versions))
            {
                yield return version;
            }
        }
    }

    private static PythonPrefix? Read(string prefix, string given)
    {
        var executable = File.Exists(given)
            ? given
            : Interpreters.Select(name => Path.Join(prefix, name)).FirstOrDefault(File.Exists);
        var folders = SitePackages(prefix);
        return executable is not null && folders.Exists(folder => Directory.Exists(Path.Join(folder, "pip")))
            ? new PythonPrefix(prefix, executable, folders.Sum(Count))
            : null;
    }

    private static List<string> SitePackages(string prefix)
    {
        var folders = new List<string>();
        var library = Path.Join(prefix, "lib");
        if (Directory.Exists(library))
        {
            foreach (var version in Directory.EnumerateDirectories(library, "python*"))
            {
                folders.Add(Path.Join(version, "site-packages"));
                folders.Add(Path.Join(version, "dist-packages"));
            }
        }

        folders.Add(Path.Join(prefix, "Lib", "site-packages"));
        folders.RemoveAll(folder => !Directory.Exists(folder));
        return folders;
    }

    private static int Count(string folder) => Directory.EnumerateDirectories(folder, "*.dist-info").Count();
}
