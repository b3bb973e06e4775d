using System.Runtime.Versioning;
using System.Text.Json;
using Firn.EndToEnd.Support;
using Firn.EndToEnd.Support.Conda;

namespace Firn.EndToEnd.Creation;

/// <summary>Two packages want one path: which one has it follows from what depends on what, and the others are named.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class CreateCondaClobberTests(PublishedFirn firn) : IDisposable, IClassFixture<PublishedFirn>
{
    private readonly CondaCreateFolder _folder = new(firn);

    [SkippableFact]
    public void Equal_files_are_no_conflict_and_of_others_the_dependent_package_has_its_own()
    {
        var below = new CondaPackageFile("zz-below")
        {
            Members =
            [
                CondaMember.File("share/same.txt", "same\n"),
                CondaMember.Text("share/same.conf", CondaPackageFile.Padded + "\n"),
                CondaMember.File("share/who.txt", "below\n"),
                CondaMember.File("share/thing", "a file\n"),
                CondaMember.Link("lib/link", "below"),
            ],
        };
        // Its name comes first, and it is linked last, since it depends on the other.
        var above = new CondaPackageFile("aa-above")
        {
            Depends = ["zz-below"],
            Members =
            [
                CondaMember.File("share/same.txt", "same\n"),
                CondaMember.Text("share/same.conf", CondaPackageFile.Padded + "\n"),
                CondaMember.File("share/who.txt", "above\n"),
                CondaMember.File("share/thing/inner.txt", "in a folder\n"),
                CondaMember.Link("lib/link", "above"),
            ],
        };
        // The same with the names the other way round, so that no order of names decides.
        var bottom = new CondaPackageFile("bb-base") { Members = [CondaMember.File("share/base.txt", "base\n")] };
        var top = new CondaPackageFile("yy-top") { Depends = ["bb-base"], Members = [CondaMember.File("share/base.txt", "top\n")] };
        var result = Create(above, below, top, bottom).MustReturn(0);

        Assert.Equal("same\n", Text("share", "same.txt"));
        Assert.Equal(_folder.Prefix + "\n", Text("share", "same.conf"));
        Assert.Equal("above\n", Text("share", "who.txt"));
        Assert.Equal("top\n", Text("share", "base.txt"));
        Assert.Equal("in a folder\n", Text("share", "thing", "inner.txt"));
        Assert.Equal("above", new FileInfo(Path.Join(_folder.Prefix, "lib", "link")).LinkTarget);
        Assert.Equal(
            [
                "warning: aa-above has it, and not zz-below: lib/link",
                "warning: yy-top has it, and not bb-base: share/base.txt",
                "warning: aa-above has it, and not zz-below: share/thing",
                "warning: aa-above has it, and not zz-below: share/who.txt",
            ],
            Warnings(result));
        _folder.VerifyMustPass(result, _folder.Prefix);
    }

    [SkippableFact]
    public void A_command_of_two_packages_is_that_of_one_and_the_other_is_named()
    {
        var entry = CondaPackageFile.Pure("entry", "1.0") with { EntryPoints = ["tool = entry:main"] };
        var file = new CondaPackageFile("script")
        {
            Depends = ["entry"],
            Members = [CondaMember.Program("bin/tool", "#!/bin/sh\necho script\n")],
        };
        var other = CondaPackageFile.Pure("other", "1.0") with { EntryPoints = ["tool = other:main"] };
        var result = Create(other, entry, file).MustReturn(0);

        Assert.Equal("entry 1.0\n", new ProcessRunner { WorkingDirectory = "/" }.Run(Path.Join(_folder.Prefix, "bin", "tool")).MustReturn(0).StandardOutput);
        Assert.Equal(
            ["warning: entry has it, and not other: bin/tool", "warning: the script of an entry point has it, and not script: bin/tool"],
            Warnings(result).Order(StringComparer.Ordinal));
        _folder.VerifyMustPass(result, _folder.Prefix);
    }

    /// <summary>pip installs over what conda installed; the lines of both files make one environment.</summary>
    [SkippableFact]
    public void A_wheel_comes_over_conda_packages()
    {
        var conda = new CondaPackageFile("shared-data")
        {
            Members = [CondaMember.File($"{CondaPython.SitePackages}/shared_file.py", "who = 'conda'\n")],
        };
        var wheel = new WheelFile("demo", "1.0") { Files = new Dictionary<string, string> { ["shared_file.py"] = "who = 'wheel'\n" } };
        wheel.WriteTo(_folder.PathOf("wheels"));
        var requirements = _folder.Write("requirements.txt", "demo==1.0\n");
        var result = Create(["-f", requirements, "--no-index", "--find-links", _folder.PathOf("wheels")], conda).MustReturn(0);

        var said = CondaCreateFolder.Python(_folder.Prefix, "-c", "import demo, shared_file; print(demo.answer, shared_file.who)");
        Assert.Equal("42 wheel\n", said.MustReturn(0).StandardOutput);
        Assert.Contains("shared_file.py", Assert.Single(Warnings(result)), StringComparison.Ordinal);
        _folder.VerifyMustPass(result, _folder.Prefix);
    }

    /// <summary>A requirement that conda's package fulfils adds nothing; another version takes its place, as with pip.</summary>
    [SkippableFact]
    public void A_line_for_what_conda_brings_adds_nothing_or_replaces_it()
    {
        var channel = CondaPackages.Shared.Channel;
        var lockFile = _folder.Write(
            "lock.txt", channel.Explicit(channel.FileUrl, CondaPackages.Shared.Python, CondaPackages.Shared.Pure));

        new WheelFile("pure", "2.0") { Module = "def main():\n    print('pure two')\n", EntryPoints = "[console_scripts]\npure = pure:main\n" }
            .WriteTo(_folder.PathOf("wheels"));
        var replaced = _folder.CreateAt(
            _folder.PathOf("replaced"), "-f", lockFile, "-f", _folder.Write("other.txt", "pure==2.0\n"), "--no-index", "--find-links", _folder.PathOf("wheels")).MustReturn(0);
        Assert.Contains("the conda package pure 1.0", Assert.Single(Warnings(replaced)), StringComparison.Ordinal);
        Assert.Contains("other.txt:1", replaced.StandardError, StringComparison.Ordinal);
        Assert.Equal("pure two\n", new ProcessRunner { WorkingDirectory = "/" }.Run(_folder.PathOf("replaced", "bin", "pure")).MustReturn(0).StandardOutput);
        Assert.Empty(Directory.GetFiles(_folder.PathOf("replaced", "conda-meta"), "pure-*"));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.PathOf("replaced"), "pure_tools", SearchOption.AllDirectories));
        _folder.VerifyMustPass(replaced, _folder.PathOf("replaced"));

        var result = _folder.Create("-f", lockFile, "-f", _folder.Write("same.txt", "Pure==1.0\n")).MustReturn(0);
        Assert.Contains("adds nothing", Assert.Single(Warnings(result)), StringComparison.Ordinal);
        using var json = JsonDocument.Parse(_folder.Firn("create", "-f", lockFile, "-f", _folder.PathOf("same.txt"), "--to", _folder.PathOf("x"), "--dry-run", "--json", "--store", _folder.Store).MustReturn(0).StandardOutput);
        Assert.Equal(2, json.RootElement.GetProperty("conda_packages").GetArrayLength());
        Assert.Equal(0, json.RootElement.GetProperty("distributions").GetArrayLength());
        Assert.False(Directory.Exists(_folder.PathOf("x")));
    }

    public void Dispose() => _folder.Dispose();

    private ProcessResult Create(params CondaPackageFile[] packages) => Create([], packages);

    private ProcessResult Create(IEnumerable<string> options, params CondaPackageFile[] packages)
    {
        var shared = CondaPackages.Shared;
        var channel = new CondaChannel(_folder.PathOf("channel")).Add(packages);
        var lockFile = _folder.Write(
            "lock.txt",
            channel.Explicit(channel.FileUrl, packages) + shared.Channel.Line(shared.Python, shared.Channel.FileUrl));
        return _folder.Create(["-f", lockFile, .. options]);
    }

    private string Text(params string[] parts) => File.ReadAllText(Path.Join([_folder.Prefix, .. parts]));

    private static string[] Warnings(ProcessResult result) =>
        result.StandardError.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
