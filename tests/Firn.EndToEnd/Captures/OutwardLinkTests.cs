using System.Runtime.Versioning;
using System.Text.Json;
using Firn.EndToEnd.Support;
using Firn.EndToEnd.Support.Conda;

namespace Firn.EndToEnd.Captures;

/// <summary>Environments whose files lie elsewhere, behind links: they come back whole when that place is gone.</summary>
[Collection(MachinePythons.Name)]
[SupportedOSPlatform("linux")]
public sealed class OutwardLinkTests(PublishedFirn firn) : IClassFixture<PublishedFirn>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [SkippableTheory]
    [InlineData("files")]
    [InlineData("packages")]
    [InlineData("site-packages")]
    [InlineData("lib")]
    [InlineData("bin")]
    public void What_pip_installed_comes_back_from_behind_links(string moved)
    {
        var environment = Environment(out var site);
        File.WriteAllText(Path.Join(_folder.PathOf("tools"), "own.py"), "own = 3\n");
        File.CreateSymbolicLink(Path.Join(site, "own.py"), _folder.PathOf("tools", "own.py"));
        File.CreateSymbolicLink(Path.Join(environment, "bin", "run"), "../../tools/run.sh");
        var id = IdOf("before", environment);
        var scratch = _folder.PathOf("scratch");
        Directory.CreateDirectory(scratch);
        foreach (var path in moved switch
        {
            "files" => Directory.EnumerateFiles(site, "*", SearchOption.AllDirectories).Where(file => new FileInfo(file).LinkTarget is null).ToList(),
            "packages" => [Path.Join(site, "demo-1.0.dist-info"), Path.Join(site, "pip")],
            "site-packages" => [site],
            _ => [Path.Join(environment, moved)],
        })
        {
            var target = Path.Join(scratch, Path.GetRelativePath(environment, path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            Directory.Move(path, target);
            File.CreateSymbolicLink(path, moved is "lib" ? "../scratch/lib" : target);
        }

        Assert.Equal(id, IdOf("capture", environment, "--archive", "--yes"));
        Firn("verify", _folder.PathOf("capture"), environment, "--read-data").MustReturn(0);
        foreach (var gone in new[] { environment, scratch, _folder.PathOf("tools") })
        {
            Directory.Move(gone, gone + ".gone");
        }

        var prefix = _folder.PathOf("restored");
        Firn("restore", _folder.PathOf("capture"), "--to", prefix).MustReturn(0);

        var python = Path.Join(prefix, "bin", "python");
        Assert.Equal("42 3\n", new ProcessRunner().Run(python, "-c", "import demo, own; print(demo.answer, own.own)").MustReturn(0).StandardOutput);
        Assert.Equal("hello\n", new ProcessRunner().Run(Path.Join(prefix, "bin", "run")).MustReturn(0).StandardOutput);
        new ProcessRunner().Run(python, "-m", "pip", "uninstall", "-y", "demo").MustReturn(0);
        Assert.False(File.Exists(Path.Join(prefix, Path.GetRelativePath(environment, site), "demo.py")));
    }

    [SkippableTheory]
    [InlineData("../../../../unmounted/lost")]
    [InlineData("/usr/lib")]
    [InlineData("/dev/null")]
    public void What_a_link_leads_to_and_is_not_archived_is_named_by_the_archive_and_by_each_restore(string target)
    {
        var environment = Environment(out var site);
        File.CreateSymbolicLink(Path.Join(site, "lost"), target);

        var archived = Firn("capture", environment, "--archive", "--yes", "-o", _folder.PathOf("capture")).MustReturn(4);

        Assert.Contains($"warning: not archived: it is a link to {target}", archived.StandardError, StringComparison.Ordinal);
        var restored = Firn("restore", _folder.PathOf("capture"), "--to", _folder.PathOf("restored")).MustReturn(4);
        Assert.Contains($"not in the archive: it is a link to {target}", restored.StandardError, StringComparison.Ordinal);
        // Whether it has to be made or is there.
        Firn("restore", _folder.PathOf("capture")).MustReturn(4);
        Firn("restore", _folder.PathOf("capture")).MustReturn(4);
        Firn("verify", _folder.PathOf("capture"), _folder.PathOf("restored"), "--read-data").MustReturn(0);
    }

    [SkippableFact]
    public void Conda_packages_come_back_from_behind_links_and_their_own_links_lead_where_they_say()
    {
        var channel = new CondaChannel(_folder.PathOf("channel"));
        var drivers = new CondaPackageFile("drivers")
        {
            Members =
            [
                CondaMember.File("lib/libgpu.so.1", "library"),
                CondaMember.Link("lib/libgpu.so", "libgpu.so.1"),
                CondaMember.Link("lib/libdriver.so.1", "../../../../../../../../../../usr/lib/no-driver.so.1"),
                CondaMember.Link("share/system", "/usr/share"),
            ],
        };
        var pure = CondaPackageFile.Pure("pure", "1.0");
        channel.Add(CondaPython.Package, drivers, pure);
        var list = _folder.PathOf("list.txt");
        File.WriteAllText(list, channel.Explicit(channel.FileUrl, CondaPython.Package, drivers, pure));
        var environment = _folder.PathOf("env");
        Firn("create", "-f", list, "--to", environment).MustReturn(0);
        var id = IdOf("before", environment);
        var scratch = _folder.PathOf("scratch");
        Directory.CreateDirectory(scratch);
        foreach (var path in new[] { "lib/libgpu.so.1", CondaPython.SitePackages, "lib" })
        {
            var target = Path.Join(scratch, Path.GetFileName(path));
            Directory.Move(Path.Join(environment, path), target);
            File.CreateSymbolicLink(Path.Join(environment, path), target);
        }

        Assert.Equal(id, IdOf("capture", environment, "--archive", "--yes"));
        Directory.Move(scratch, _folder.PathOf("gone"));
        Directory.Move(environment, _folder.PathOf("gone-too"));
        var prefix = _folder.PathOf("restored");
        Firn("restore", _folder.PathOf("capture"), "--to", prefix).MustReturn(0);

        Assert.Equal("library", File.ReadAllText(Path.Join(prefix, "lib", "libgpu.so")));
        Assert.Null(new FileInfo(Path.Join(prefix, "lib", "libgpu.so.1")).LinkTarget);
        Assert.Equal("../../../../../../../../../../usr/lib/no-driver.so.1", new FileInfo(Path.Join(prefix, "lib", "libdriver.so.1")).LinkTarget);
        Assert.Equal("/usr/share", new FileInfo(Path.Join(prefix, "share", "system")).LinkTarget);
        Assert.Equal("1.0\n", new ProcessRunner().Run(Path.Join(prefix, "bin", "python"), "-c", "import pure; print(pure.version)").MustReturn(0).StandardOutput);
        Firn("verify", _folder.PathOf("capture"), prefix, "--read-data").MustReturn(0);
    }

    [SkippableFact]
    public void Nothing_is_written_behind_a_link_of_a_conda_package_and_what_is_not_is_named()
    {
        var outside = _folder.PathOf("outside");
        Directory.CreateDirectory(outside);
        var channel = new CondaChannel(_folder.PathOf("channel"));
        var link = new CondaPackageFile("link") { Members = [CondaMember.Link("share/x", outside), CondaMember.File("share/link.txt", "x")] };
        var victim = new CondaPackageFile("victim") { Members = [CondaMember.File("share/x/y", "y"), CondaMember.Link("share/x/z", "y")] };
        channel.Add(CondaPython.Package, link, victim);
        var list = _folder.PathOf("list.txt");
        File.WriteAllText(list, channel.Explicit(channel.FileUrl, CondaPython.Package, link, victim));

        var created = Firn("create", "-f", list, "--to", _folder.PathOf("env")).MustReturn(4);

        Assert.Contains("share/x/y", created.StandardError, StringComparison.Ordinal);
        Assert.Contains("share/x/z", created.StandardError, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(outside));
    }

    public void Dispose() => _folder.Dispose();

    private string Environment(out string site)
    {
        var environment = ArchivedPython.Python.MakeEnvironment(_folder.PathOf("venv"));
        environment.Install(new WheelFile("demo", "1.0").WriteTo(_folder.PathOf("wheels")));
        var tools = _folder.PathOf("tools");
        Directory.CreateDirectory(tools);
        File.WriteAllText(Path.Join(tools, "run.sh"), "#!/bin/sh\necho hello\n");
        File.SetUnixFileMode(Path.Join(tools, "run.sh"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var prefix = _folder.PathOf("venv");
        site = Directory.EnumerateDirectories(Path.Join(prefix, "lib"), "python3*").Single() + "/site-packages";
        return prefix;
    }

    private string IdOf(string capture, string environment, params string[] options)
    {
        Firn(["capture", environment, "-o", _folder.PathOf(capture), .. options]).MustReturn(0);
        using var document = JsonDocument.Parse(File.ReadAllBytes(_folder.PathOf(capture, "environment.json")));
        return document.RootElement.GetProperty("environment_id").GetString()!;
    }

    private ProcessResult Firn(params IEnumerable<string> arguments) => firn.Run(
        new ProcessRunner
        {
            Variables = new Dictionary<string, string?>(PythonRunner.Clean())
            {
                ["FIRN_STORE"] = _folder.PathOf("store"),
                ["FIRN_CACHE"] = _folder.PathOf("cache"),
                ["HOME"] = Directory.CreateDirectory(_folder.PathOf("home")).FullName,
            },
            WorkingDirectory = "/",
        },
        arguments);
}
