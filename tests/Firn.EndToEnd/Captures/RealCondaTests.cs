using System.Runtime.Versioning;
using Firn.EndToEnd.Support;
using Firn.EndToEnd.Support.Conda;

namespace Firn.EndToEnd.Captures;

/// <summary>
/// Firn beside a conda that runs: <c>FIRN_CONDA=PROGRAM</c> names it. No package index can be reached in the usual tests, so
/// what conda writes stands in the fixtures; these tests say whether it still does.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class RealCondaTests : IDisposable, IClassFixture<PublishedFirn>
{
    private readonly CondaCreateFolder _folder;
    private readonly string _lock;

    public RealCondaTests(PublishedFirn firn)
    {
        Skip.If(Program is null, "FIRN_CONDA does not name a conda");
        _folder = new CondaCreateFolder(firn);
        var packages = CondaPackages.Shared;
        // conda 26.7 cannot install a package that describes a folder: NotImplementedError.
        _lock = _folder.Write("lock.txt", packages.Channel.Explicit(
            packages.Channel.FileUrl, packages.Meta, packages.Pure, packages.Native, packages.Abi3, packages.Python));
    }

    private static string? Program { get; } = Environment.GetEnvironmentVariable("FIRN_CONDA");

    private string Prefix => _folder.Prefix;

    public void Dispose() => _folder?.Dispose();

    [SkippableFact]
    public void What_firn_creates_is_what_conda_creates()
    {
        Conda("create", "-y", "-q", "-p", Prefix, "--file", _lock);
        var byConda = _folder.PathOf("by-conda");
        Directory.Move(Prefix, byConda);

        _folder.Create("-f", _lock).MustReturn(0);

        var differences = new ProcessRunner().Run(
            Part.Program("diff"), "-rq", "--no-dereference", "-x", "conda-meta", "-x", ".firn", byConda, Prefix);
        Assert.Equal(string.Empty, differences.StandardOutput);
        Assert.Equal(Modes(byConda), Modes(Prefix));
        Assert.Equal(_folder.EnvironmentId(byConda), _folder.EnvironmentId(Prefix));
    }

    [SkippableFact]
    public void Conda_works_in_what_firn_creates()
    {
        _folder.Create("-f", _lock).MustReturn(0);

        Assert.Equal(Lines(File.ReadAllText(_lock)), Lines(Conda("list", "-p", Prefix, "--explicit", "--sha256").Replace("#", "#sha256:", StringComparison.Ordinal)));
        Assert.Contains("no packages with altered files", Conda("doctor", "-p", Prefix), StringComparison.Ordinal);
        Conda("remove", "-y", "-q", "-p", Prefix, "--force", "pure");
        Assert.Empty(Directory.EnumerateFileSystemEntries(Prefix, "pure*", SearchOption.AllDirectories));
        var channel = CondaPackages.Shared.Channel;
        Conda("install", "-y", "-q", "-p", Prefix, "file://" + channel.PathOf(CondaPackages.Shared.Pure));
        Assert.Equal("pure 1.0\n", new ProcessRunner { WorkingDirectory = "/" }.Run(Path.Join(Prefix, "bin", "pure")).MustReturn(0).StandardOutput);
    }

    [SkippableFact]
    public void What_conda_creates_survives_an_archive_and_gives_the_same_bundles()
    {
        Conda("create", "-y", "-q", "-p", Prefix, "--file", _lock);
        var capture = _folder.PathOf("capture");
        var archived = _folder.Firn("capture", Prefix, "--archive", "--store", _folder.Store, "-o", capture).MustReturn(0);
        Assert.DoesNotContain("edited", archived.StandardOutput, StringComparison.Ordinal);
        _folder.Firn("verify", capture, Prefix, "--read-data", "--store", _folder.Store).MustReturn(0);
        Directory.Move(Prefix, _folder.PathOf("by-conda"));

        _folder.Firn("restore", capture, "--store", _folder.Store, "--to", Prefix).MustReturn(0);

        _folder.Firn("verify", capture, Prefix, "--read-data", "--store", _folder.Store).MustReturn(0);
        Assert.Contains("no packages with altered files", Conda("doctor", "-p", Prefix), StringComparison.Ordinal);
        var bundles = Bundles();
        Directory.Delete(Prefix, recursive: true);
        _folder.Create("-f", Path.Join(capture, "environment-conda-explicit.txt")).MustReturn(0);
        Assert.Equal(bundles, Bundles());
        _folder.Firn("verify", capture, Prefix, "--read-data", "--store", _folder.Store).MustReturn(0);
    }

    [SkippableFact]
    public void Conda_solves_for_firn_and_knows_what_was_asked_for()
    {
        var wrapper = _folder.Write("bin/conda", $"#!/bin/sh\nexec '{Program}' \"$@\"\n");
        File.SetUnixFileMode(wrapper, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        _folder.Variables["PATH"] = $"{_folder.PathOf("bin")}:/usr/bin:/bin";
        _folder.Variables["CONDA_ADD_PIP_AS_PYTHON_DEPENDENCY"] = "false";
        var channel = CondaPackages.Shared.Channel.FileUrl;
        var spec = _folder.Write("environment.yml", $"channels: ['{channel}', nodefaults]\ndependencies: [python, meta >=7, stable]\n");

        _folder.Firn("lock", "-f", spec, "-o", _folder.PathOf("solved.txt")).MustReturn(0);
        _folder.Create("-f", spec).MustReturn(0);

        Assert.Equal(Lines(File.ReadAllText(_lock)), Lines(File.ReadAllText(_folder.PathOf("solved.txt")).Replace("#", "#sha256:", StringComparison.Ordinal)));
        var export = Conda("env", "export", "-p", Prefix, "--from-history");
        Assert.Contains("- python\n", export, StringComparison.Ordinal);
        Assert.Contains("- meta[version='>=7']\n", export, StringComparison.Ordinal);
        Assert.DoesNotContain("native", export, StringComparison.Ordinal);
        var wrong = _folder.Write("wrong.yml", $"channels: ['{channel}', nodefaults]\ndependencies: [python, no-such-package]\n");
        Assert.Contains(": no-such-package\n", _folder.Firn("lock", "-f", wrong, "-o", "-").MustReturn(1).StandardError, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Lines(string explicitFile) =>
        explicitFile.Split('\n').Where(line => line.StartsWith("file:", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Modes(string prefix) =>
        new ProcessRunner().Run(Part.Program("find"), prefix, "-not", "-path", "*/conda-meta*", "-not", "-path", "*/.firn*", "-printf", "%P %y %m %l\n")
            .MustReturn(0).StandardOutput.Split('\n').Order(StringComparer.Ordinal);

    private List<string> Bundles() =>
        [.. Directory.EnumerateFiles(Path.Join(_folder.Store, "bundles"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private string Conda(params string[] arguments) => new ProcessRunner
    {
        Variables = new Dictionary<string, string?>(PythonRunner.Clean())
        {
            ["CONDA_PKGS_DIRS"] = _folder.PathOf("packages"),
            ["CONDA_OFFLINE"] = "true",
        },
        WorkingDirectory = "/",
    }.Run(Program!, arguments).MustReturn(0).StandardOutput;
}
