namespace Firn.Tests.Python.Pip;

/// <summary>The two site directories full of edge cases, each built once by its script.</summary>
public sealed class PipFreezeSites : IDisposable
{
    /// <summary>Left out of the whole directory: pip fails on them, or the file system's order decides.</summary>
    private static readonly string[] NotInWhole = ["latin", "nover-", "nometa", "noname", "bom", "brokenlink", "dup-1.0", "dup.x"];

    private readonly string _root = Firn.Common.Files.RealPath.Of(Directory.CreateTempSubdirectory("firn-pip-").FullName);

    public string Folder(string name) => Path.Join(_root, name);

    /// <summary>Builds a site (its entries each alone, and all at once) unless it is there.</summary>
    public void Build(string name)
    {
        if (Directory.Exists(Folder(name)))
        {
            return;
        }

        Part.Require("python3");
        Part.Require("git");
        var script = Path.Join(AppContext.BaseDirectory, "fixtures", "pip-freeze", $"build_{name}.py");
        var variables = new Dictionary<string, string> { ["HOME"] = _root, ["GIT_CONFIG_GLOBAL"] = "/dev/null" };
        Part.Run("python3", variables, script, Folder(name), Folder(name + "-fx"));
        foreach (var path in Directory.EnumerateFileSystemEntries(Folder(name)))
        {
            var entry = Path.GetFileName(path);
            Link(path, Path.Join(Folder(name + "-entries"), entry));
            if (!Array.Exists(NotInWhole, start => entry.StartsWith(start, StringComparison.Ordinal)))
            {
                Link(path, Folder(name + "-whole"));
            }
        }
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    /// <summary>A link would do for most entries, but egg-links see the folder that they lie in.</summary>
    private static void Link(string path, string folder)
    {
        Directory.CreateDirectory(folder);
        Part.Run("cp", "-a", "--", path, folder);
    }
}
