namespace Firn.Tests.Conda.Prefixes;

/// <summary>Copies the prefixes of fixtures/conda/prefixes to a temporary folder and adds what git cannot keep.</summary>
public sealed class CondaPrefixFixture : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("firn-conda-").FullName;

    public CondaPrefixFixture()
    {
        CopyTree(Path.Join(Fixtures, "prefixes"), _root);
        AddDevelopmentInstall(Prefix("cenv"));
        File.CreateSymbolicLink(Path.Join(Prefix("sp"), "lib", "python3.13"), "python3.13t");
    }

    public static string Fixtures { get; } = Path.Join(AppContext.BaseDirectory, "fixtures", "conda");

    public string Prefix(string name) => Path.Join(_root, name);

    /// <summary>A new copy of a prefix that a test may change.</summary>
    public string Copy(string name)
    {
        var copy = Path.Join(_root, $"{name}-{Guid.NewGuid():N}");
        CopyTree(Path.Join(Fixtures, "prefixes", name), copy);
        return copy;
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    public static void CopyTree(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Join(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private void AddDevelopmentInstall(string prefix)
    {
        var project = Path.Join(_root, "legacyproj");
        var metadata = Directory.CreateDirectory(Path.Join(project, "legacy_ed.egg-info")).FullName;
        File.WriteAllText(Path.Join(metadata, "PKG-INFO"), "Metadata-Version: 1.0\nName: legacy-ed\nVersion: 0.1\n");
        File.WriteAllText(
            Path.Join(prefix, "lib", "python3.11", "site-packages", "legacy-ed.egg-link"), project + "\n.");
    }
}
