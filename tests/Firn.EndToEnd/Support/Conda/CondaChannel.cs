using System.Globalization;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Firn.EndToEnd.Support.Conda;

/// <summary>A channel of packages that conda-package-handling packs: folders with archives and <c>repodata.json</c>.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class CondaChannel(string folder)
{
    /// <summary>One Python for all packages: starting it takes longer than packing.</summary>
    private const string Packer =
        """
        import json, sys
        import conda_package_handling.api as api
        for tree, archive in json.load(sys.stdin):
            api.create(tree, None, archive)
        """;

    private readonly List<CondaPackageFile> _packages = [];

    public string Folder { get; } = folder;

    /// <summary>The channel as a URL of this machine.</summary>
    public string FileUrl => "file://" + Folder;

    public CondaChannel Add(params IEnumerable<CondaPackageFile> packages)
    {
        Part.LinuxX64();
        Part.Program("cph");
        var added = packages.ToList();
        var trees = Path.Join(Folder, "trees");
        var jobs = new List<string[]>();
        foreach (var package in added)
        {
            var tree = Path.Join(trees, jobs.Count.ToString(CultureInfo.InvariantCulture));
            package.WriteTree(tree);
            Directory.CreateDirectory(Path.Join(Folder, package.Subdir));
            jobs.Add([tree, PathOf(package)]);
        }

        var list = Path.Join(Folder, "jobs.json");
        File.WriteAllText(list, JsonSerializer.Serialize(jobs));
        new ProcessRunner().Run(RealPython.Of("system"), "-c", Packer.Replace("sys.stdin", $"open({JsonSerializer.Serialize(list)})", StringComparison.Ordinal)).MustReturn(0);
        Directory.Delete(trees, recursive: true);
        _packages.AddRange(added);
        WriteIndexes();
        return this;
    }

    public string PathOf(CondaPackageFile package) => Path.Join(Folder, package.Subdir, package.FileName);

    /// <summary>A line of an explicit file, with the digest that conda gives with <c>--sha256</c>.</summary>
    public string Line(CondaPackageFile package, string root) =>
        $"{root}/{package.Subdir}/{package.FileName}#sha256:{Sha256(package)}\n";

    /// <summary>An explicit file of some of the packages.</summary>
    public string Explicit(string root, params IEnumerable<CondaPackageFile> packages) =>
        "# platform: linux-64\n@EXPLICIT\n" + string.Concat(packages.Select(package => Line(package, root)));

    public string Sha256(CondaPackageFile package) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(PathOf(package))));

    public string Md5(CondaPackageFile package)
    {
#pragma warning disable CA5351 // Locks of conda have it.
        return Convert.ToHexStringLower(MD5.HashData(File.ReadAllBytes(PathOf(package))));
#pragma warning restore CA5351
    }

    /// <summary>What a channel's index says of a package.</summary>
    public JsonObject Record(CondaPackageFile package)
    {
        var record = package.Index();
        record["sha256"] = Sha256(package);
        record["md5"] = Md5(package);
        record["size"] = new FileInfo(PathOf(package)).Length;
        return record;
    }

    /// <summary>Leaves one form of the index, so that it is known which one is read.</summary>
    public void KeepIndex(string name)
    {
        foreach (var file in Directory.GetFiles(Folder, "repodata.json*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != name))
        {
            File.Delete(file);
        }
    }

    private void WriteIndexes()
    {
        foreach (var subdir in _packages.Select(package => package.Subdir).Append("noarch").Distinct())
        {
            var old = new JsonObject();
            var current = new JsonObject();
            foreach (var package in _packages.Where(package => package.Subdir == subdir))
            {
                (package.Extension == ".conda" ? current : old)[package.FileName] = Record(package);
            }

            var index = new JsonObject
            {
                ["info"] = new JsonObject { ["subdir"] = subdir },
                ["packages"] = old,
                ["packages.conda"] = current,
                ["repodata_version"] = 1,
            };
            Directory.CreateDirectory(Path.Join(Folder, subdir));
            var path = Path.Join(Folder, subdir, "repodata.json");
            File.WriteAllText(path, index.ToJsonString());
            new ProcessRunner().Run(Part.Program("zstd"), "-q", "-f", path).MustReturn(0);
        }
    }
}
