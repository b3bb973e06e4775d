using System.Security.Cryptography;
using System.Text.Json;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Restoring;

/// <summary>
/// Conda prefixes of packages that conda-package-handling packs, installed by the rules of conda (linker.py of the unit
/// tests): what <c>firn restore</c> writes is what conda would install at the new prefix.
/// </summary>
public sealed class CondaRestoreTests(PublishedFirn firn) : IDisposable, IClassFixture<PublishedFirn>
{
    private static readonly string[] Packages = ["python", "edges", "pure"];
    private readonly TemporaryFolder _folder = new();

    [SkippableTheory]
    [InlineData("s", 0, "")]
    [InlineData("long", 130, "--link")]
    [InlineData("with space", 0, "")]
    public void A_prefix_comes_back_as_conda_would_install_it_there(string name, int padding, string option)
    {
        var original = Install(_folder.PathOf("old", "envs", "x"));
        File.AppendAllText(Path.Join(original, "bin", "other"), "# edited\n");
        var captured = Firn("capture", original, "--archive", "--yes", "--store", Store, "-o", Capture).MustReturn(0);
        Assert.Contains("edges: bin/other", captured.StandardOutput, StringComparison.Ordinal);
        Directory.Move(_folder.PathOf("old"), _folder.PathOf("hidden"));
        var prefix = _folder.PathOf(name + new string('l', padding));

        Firn(["restore", Capture, "--store", Store, "--to", prefix, .. option.Length > 0 ? new[] { option } : []]).MustReturn(0);

        Firn("verify", Capture, prefix, "--read-data", "--store", Store).MustReturn(0);
        RecordsMustBeTrue(prefix);
        var restored = _folder.PathOf("restored");
        Directory.Move(prefix, restored);
        Install(prefix);
        var scripts = padding > 0 || name.Contains(' ', StringComparison.Ordinal);
        foreach (var file in Directory.EnumerateFiles(prefix, "*", SearchOption.AllDirectories))
        {
            var path = Path.GetRelativePath(prefix, file);
            // conda's own first lines need an activated environment where the prefix does not fit (docs/formats/conda-bundles.md).
            var differs = path.StartsWith("conda-meta", StringComparison.Ordinal) || path == "bin/other"
                || path.EndsWith(".pyc", StringComparison.Ordinal)
                || (scripts && path is "bin/blank" or "bin/crlf" or "bin/one-line" or "bin/plain" or "bin/pure-script");
            if (!differs && new FileInfo(file).LinkTarget is null)
            {
                Assert.True(File.ReadAllBytes(file).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Join(restored, path))), path);
            }
        }

        Assert.Equal("nowhere.so", new FileInfo(Path.Join(restored, "lib", "dangling.so")).LinkTarget);
        Assert.EndsWith("# edited\n", File.ReadAllText(Path.Join(restored, "bin", "other")), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_prefix_that_is_too_long_is_refused_before_anything_is_made()
    {
        var original = Install(_folder.PathOf("x"));
        Firn("capture", original, "--archive", "--yes", "--store", Store, "-o", Capture).MustReturn(0);
        var prefix = _folder.PathOf(new string('l', 200), new string('l', 100));

        var result = Firn("restore", Capture, "--store", Store, "--to", prefix).MustReturn(1);

        Assert.Contains("takes 255 at most", result.StandardError, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.GetDirectoryName(prefix)));
    }

    public void Dispose() => _folder.Dispose();

    private string Store => _folder.PathOf("store");

    private string Capture => _folder.PathOf("capture");

    private static void RecordsMustBeTrue(string prefix)
    {
        foreach (var record in Directory.EnumerateFiles(Path.Join(prefix, "conda-meta"), "*.json"))
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(record));
            var files = document.RootElement.GetProperty("files").EnumerateArray().Select(file => file.GetString()!).ToList();
            foreach (var entry in document.RootElement.GetProperty("paths_data").GetProperty("paths").EnumerateArray())
            {
                if (entry.GetProperty("path_type").GetString() == "hardlink" && entry.TryGetProperty("sha256_in_prefix", out var digest))
                {
                    // conda leaves the paths of noarch packages as they were packaged, and lists where they are.
                    var path = entry.GetProperty("_path").GetString()!.Replace("python-scripts/", "bin/", StringComparison.Ordinal);
                    var file = File.ReadAllBytes(Path.Join(prefix, files.Single(listed => listed == path || listed.EndsWith("/" + path, StringComparison.Ordinal))));
                    Assert.Equal(digest.GetString(), Convert.ToHexStringLower(SHA256.HashData(file)));
                }
            }
        }
    }

    private ProcessResult Firn(params IEnumerable<string> arguments) => firn.Run(
        new ProcessRunner
        {
            Variables = new Dictionary<string, string?>(PythonRunner.Clean()) { ["FIRN_CACHE"] = _folder.PathOf("cache") },
            WorkingDirectory = "/",
        },
        arguments);

    private string Install(string prefix)
    {
        Part.LinuxX64();
        Part.Program("cph");
        var python = RealPython.Of("system");
        var linker = Repository.PathOf("tests", "Firn.Tests", "fixtures", "conda-linking", "linker.py");
        var packages = _folder.PathOf("packages");
        if (!Directory.Exists(packages))
        {
            Directory.CreateDirectory(packages);
            new ProcessRunner().Run(python, linker, "make", packages).MustReturn(0);
        }

        new ProcessRunner().Run(
            python, [linker, "install", "conda", prefix, .. Packages.Select(name => Path.Join(packages, name))]).MustReturn(0);
        return prefix;
    }
}
