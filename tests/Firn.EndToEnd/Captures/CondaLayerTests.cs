using System.Runtime.Versioning;
using System.Text.Json;
using Firn.EndToEnd.Support;
using Firn.EndToEnd.Support.Conda;

namespace Firn.EndToEnd.Captures;

/// <summary>Conda prefixes of which Python is not the half: a layer under a virtual environment, and one without a Python.</summary>
[Collection(MachinePythons.Name)]
[UnsupportedOSPlatform("windows")]
public sealed class CondaLayerTests(PublishedFirn firn) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [SkippableTheory]
    [InlineData("plain", "")]
    [InlineData("with space", "")]
    [InlineData("linked", "--link")]
    public void A_virtual_environment_on_conda_comes_back_with_its_libraries_and_their_data(string name, string option)
    {
        var conda = CondaWithPython();
        var python = new PythonRunner(Path.Join(conda.Prefix, "bin", "python3.11")).MakeEnvironment(_folder.PathOf("env"), "--without-pip");
        const string Code = "import sys, sqlite3; b = sys.base_prefix; print(open(b + '/share/grid/data.txt').read(), open(b + '/etc/grid.conf').read().replace(b, 'BASE'))";
        var before = python.Run("-c", Code).MustReturn(0).StandardOutput;
        Firn("capture", _folder.PathOf("env"), "-o", Capture, "--archive").MustReturn(0);
        Directory.Move(conda.Prefix, _folder.PathOf("gone"));
        var prefix = _folder.PathOf(name);

        Firn(["restore", Capture, "--to", prefix, .. option.Length > 0 ? new[] { option } : []]).MustReturn(0);

        var restored = new PythonRunner(Path.Join(prefix, "bin", "python"));
        Assert.Equal(before, restored.Run("-c", Code).MustReturn(0).StandardOutput);
        Assert.Contains("the data", before, StringComparison.Ordinal);
        Assert.DoesNotContain(
            Directory.EnumerateFiles(prefix, "*", SearchOption.AllDirectories),
            file => new FileInfo(file).LinkTarget is null && !file.EndsWith("restore.json", StringComparison.Ordinal) && File.ReadAllText(file).Contains(conda.Prefix, StringComparison.Ordinal));
        Assert.True(File.Exists(Path.Join(prefix, ".firn/python/conda-meta/grid-1.0-0.json")));
        Firn("verify", Capture, prefix).MustReturn(0);
    }

    [SkippableFact]
    public void An_archive_of_a_changed_conda_layer_is_made_again_and_of_an_unchanged_one_is_not()
    {
        var conda = CondaWithPython();
        new PythonRunner(Path.Join(conda.Prefix, "bin", "python3.11")).MakeEnvironment(_folder.PathOf("env"), "--without-pip");
        var command = new[] { "capture", _folder.PathOf("env"), "-o", Capture, "--archive" };
        Firn(command).MustReturn(0);
        Assert.Contains("the same as before", Firn(command).MustReturn(0).StandardOutput, StringComparison.Ordinal);

        conda.Add("grid2", "1.0", new Dictionary<string, string> { ["share/grid/second.txt"] = "more\n" });

        Assert.DoesNotContain("the same as before", Firn(command).MustReturn(0).StandardOutput, StringComparison.Ordinal);
        Firn("restore", Capture, "--to", _folder.PathOf("restored")).MustReturn(0);
        Assert.Equal("more\n", File.ReadAllText(_folder.PathOf("restored/.firn/python/share/grid/second.txt")));
    }

    [SkippableFact]
    public void A_conda_prefix_without_a_python_is_captured_archived_restored_verified_and_run()
    {
        Part.LinuxX64();
        var conda = CondaWithoutPython();

        var captured = Firn("capture", conda.Prefix, "-o", Capture, "--archive").MustReturn(0);

        Assert.Contains("Python          none", captured.StandardOutput, StringComparison.Ordinal);
        Assert.Equal(
            ["environment-conda-explicit.txt", "environment-conda.txt", "environment-system.txt", "environment.json"],
            Directory.EnumerateFiles(Capture).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Contains("tool=2.0=0\n", File.ReadAllText(Path.Join(Capture, "environment-conda.txt")), StringComparison.Ordinal);
        var document = JsonDocument.Parse(File.ReadAllBytes(Path.Join(Capture, "environment.json"))).RootElement;
        Assert.Equal((string.Empty, "conda"), (document.GetProperty("python_version").GetString(), document.GetProperty("environment_type").GetString()));
        Assert.False(document.TryGetProperty("python_executable", out _));
        var native = document.GetProperty("native_libraries");
        Assert.Equal("bin/tool", native.GetProperty("objects").EnumerateArray().First().GetProperty("path").GetString());
        Assert.Contains(native.GetProperty("libraries").EnumerateArray(), library => library.GetProperty("soname").GetString() == "libc.so.6");
        Firn("verify", Capture, conda.Prefix, "--read-data").MustReturn(0);

        Directory.Move(conda.Prefix, _folder.PathOf("gone"));
        var prefix = _folder.PathOf("restored");
        Firn("restore", Capture, "--to", prefix, "--compile").MustReturn(0);

        Assert.Equal("the data\n", new ProcessRunner().Run(Path.Join(prefix, "bin", "wrapper")).MustReturn(0).StandardOutput);
        Firn("verify", Capture, prefix, "--read-data").MustReturn(0);
        Firn("doctor", prefix).MustReturn(0);
        Firn("capture", prefix, "-o", _folder.PathOf("again")).MustReturn(0);
        Firn("diff", Capture, _folder.PathOf("again")).MustReturn(0);
        Assert.Equal("the data\n", Firn("run", "--env", prefix, "--", "wrapper").MustReturn(0).StandardOutput);
        File.AppendAllText(Path.Join(prefix, "share", "tool", "data.txt"), "edited\n");
        Assert.Contains("share/tool/data.txt", Firn("verify", Capture, prefix, "--read-data").MustReturn(3).StandardOutput, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Where_a_python_is_needed_its_absence_is_said()
    {
        Part.LinuxX64();
        var prefix = CondaWithoutPython().Prefix;
        Firn("capture", prefix, "-o", Capture).MustReturn(0);

        foreach (var source in new[] { prefix, Capture })
        {
            foreach (var format in new[] { "pip", "requirements" })
            {
                Assert.Contains("has no Python", Firn("export", source, "--format", format).MustReturn(1).StandardError, StringComparison.Ordinal);
            }

            foreach (var format in new[] { "conda", "explicit", "environment.yml", "json", "cyclonedx" })
            {
                Assert.Contains("tool", Firn("export", source, "--format", format).MustReturn(0).StandardOutput, StringComparison.Ordinal);
            }
        }

        foreach (var program in new[] { "python", "python3", "pypy3" })
        {
            Assert.Contains("has no Python", Firn("run", "--env", prefix, "--", program, "-c", "pass").MustReturn(125).StandardError, StringComparison.Ordinal);
        }
    }

    public void Dispose() => _folder.Dispose();

    private string Capture => _folder.PathOf("capture");

    private LinkedCondaPrefix CondaWithoutPython() => new LinkedCondaPrefix(_folder.PathOf("conda")).Add(
        "tool",
        "2.0",
        new Dictionary<string, string>
        {
            ["bin/wrapper"] = "#!/bin/sh\nexec \"{prefix}/bin/tool\" \"{prefix}/share/tool/data.txt\"\n",
            ["share/tool/data.txt"] = "the data\n",
        },
        new Dictionary<string, string> { ["bin/tool"] = Part.Program("cat") });

    private LinkedCondaPrefix CondaWithPython()
    {
        Part.LinuxX64();
        var source = Directory.GetParent(Path.GetDirectoryName(RealPython.Of("3.11"))!)!.FullName;
        var left = new[] { "lib/python3.11/site-packages", "lib/python3.11/test", "lib/python3.11/idlelib", "lib/python3.11/config-" };
        var copies = Directory.EnumerateFiles(Path.Join(source, "lib"), "*", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Path.Join(source, "bin"), "python3.11"))
            .Select(file => Path.GetRelativePath(source, file))
            .Where(path => !left.Any(folder => path.StartsWith(folder, StringComparison.Ordinal)) && !path.Contains("__pycache__", StringComparison.Ordinal))
            .Where(path => !path.EndsWith(".a", StringComparison.Ordinal))
            .ToDictionary(path => path, path => Path.Join(source, path));
        return new LinkedCondaPrefix(_folder.PathOf("conda"))
            .Add("python", "3.11.7", new Dictionary<string, string>(), copies)
            .Add("grid", "1.0", new Dictionary<string, string> { ["share/grid/data.txt"] = "the data\n", ["etc/grid.conf"] = "path={prefix}/share/grid\n" });
    }

    private ProcessResult Firn(params string[] arguments) => firn.Run(
        new ProcessRunner
        {
            Variables = new Dictionary<string, string?>(PythonRunner.Clean())
            {
                ["FIRN_STORE"] = _folder.PathOf("store"),
                ["FIRN_CACHE"] = _folder.PathOf("cache"),
            },
            WorkingDirectory = _folder.Root,
            Timeout = TimeSpan.FromMinutes(4),
        },
        arguments);
}
