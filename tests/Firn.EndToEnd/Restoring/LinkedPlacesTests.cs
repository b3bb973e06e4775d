using System.Runtime.Versioning;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Restoring;

/// <summary>
/// Environments that are reached through links, of which parts lie behind chains of them, or that have nothing in a folder:
/// they come back elsewhere when the old places are gone, and nothing in them leads there.
/// </summary>
[Collection(MachinePythons.Name)]
[SupportedOSPlatform("linux")]
public sealed class LinkedPlacesTests(PublishedFirn firn) : IClassFixture<PublishedFirn>, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private string _site = string.Empty;

    [SkippableTheory]
    [InlineData("a relative link through the dots of a linked parent")]
    [InlineData("a chain through three places")]
    [InlineData("a folder with a link back into the prefix")]
    [InlineData("a path file that names a link")]
    [InlineData("a path file that is a link")]
    [InlineData("a link within the prefix, beside its folders")]
    [InlineData("site-packages behind two links")]
    [InlineData("a zipped egg behind a link")]
    public void What_lies_behind_links_comes_back(string what)
    {
        var environment = Environment("old/env é x");
        Write("far/one/mod.py", "V = 5\n");
        Write("far/pkg/mod/__init__.py", "V = 5\n");
        switch (what)
        {
            case "a relative link through the dots of a linked parent":
                Directory.CreateDirectory(_folder.PathOf("far/deep/a"));
                Link("old/door", _folder.PathOf("far/deep/a"));
                environment = Environment("old/door/env");
                // The kernel goes from the real folder, the text from the link's.
                File.CreateSymbolicLink(Path.Join(_site, "mod.py"), "../../../../../../one/mod.py");
                break;
            case "a chain through three places":
                Link("far/second", "pkg");
                Link("third", "far/second");
                Directory.CreateSymbolicLink(Path.Join(_site, "mod"), _folder.PathOf("third/mod"));
                break;
            case "a folder with a link back into the prefix":
                Write("far/pkg/mod/__init__.py", "from mod.back import V\n");
                File.WriteAllText(Path.Join(_site, "source.py"), "V = 5\n");
                File.CreateSymbolicLink(_folder.PathOf("far/pkg/mod/back.py"), Path.Join(_site, "source.py"));
                Directory.CreateSymbolicLink(Path.Join(_site, "mod"), _folder.PathOf("far/pkg/mod"));
                break;
            case "a path file that names a link":
                Link("door", _folder.PathOf("far/one"));
                File.WriteAllText(Path.Join(_site, "x.pth"), _folder.PathOf("door") + "\n");
                break;
            case "a path file that is a link":
                Write("far/x.pth", _folder.PathOf("far/one") + "\n");
                File.CreateSymbolicLink(Path.Join(_site, "x.pth"), _folder.PathOf("far/x.pth"));
                break;
            case "a link within the prefix, beside its folders":
                Directory.CreateDirectory(Path.Join(environment, "stash"));
                File.WriteAllText(Path.Join(environment, "stash", "mod.py"), "V = 5\n");
                File.CreateSymbolicLink(Path.Join(_site, "mod.py"), "../../../stash/mod.py");
                break;
            case "site-packages behind two links":
                File.WriteAllText(Path.Join(_site, "mod.py"), "V = 5\n");
                Directory.Move(_site, _folder.PathOf("far/site"));
                Link("door", "far/site");
                Directory.CreateSymbolicLink(_site, _folder.PathOf("door"));
                break;
            default:
                using (var egg = System.IO.Compression.ZipFile.Open(_folder.PathOf("far/mod-1.0-py3.11.egg"), System.IO.Compression.ZipArchiveMode.Create))
                {
                    using var writer = new StreamWriter(egg.CreateEntry("mod.py").Open());
                    writer.Write("V = 5\n");
                }

                File.CreateSymbolicLink(Path.Join(_site, "mod-1.0-py3.11.egg"), _folder.PathOf("far/mod-1.0-py3.11.egg"));
                File.WriteAllText(Path.Join(_site, "easy-install.pth"), "./mod-1.0-py3.11.egg\n");
                break;
        }

        const string Code = "import sys, mod; print(mod.V)";
        Assert.Equal("5\n", Run(environment, Code));

        Firn("capture", environment, "-o", _folder.PathOf("capture"), "--archive").MustReturn(0);
        foreach (var gone in (string[])["old", "far"])
        {
            Directory.Move(_folder.PathOf(gone), _folder.PathOf("gone-" + gone));
        }

        var restored = _folder.PathOf("new é y");
        Firn("restore", _folder.PathOf("capture"), "--to", restored).MustReturn(0);
        Firn("verify", _folder.PathOf("capture"), restored, "--read-data").MustReturn(0);
        Assert.Equal("5\n", Run(restored, Code));
        Assert.DoesNotContain(
            Directory.EnumerateFiles(restored, "*", SearchOption.AllDirectories),
            file => !file.EndsWith("restore.json", StringComparison.Ordinal) && !file.EndsWith(".pyc", StringComparison.Ordinal)
                && new FileInfo(file).LinkTarget is null && File.ReadAllText(file).Contains(_folder.PathOf("old"), StringComparison.Ordinal));
    }

    [SkippableTheory]
    [InlineData("nothing")]
    [InlineData("lib behind a link")]
    [InlineData("no include")]
    public void An_environment_without_packages_keeps_its_folders(string what)
    {
        var environment = Environment("old/env");
        if (what == "lib behind a link")
        {
            Directory.CreateDirectory(_folder.PathOf("far"));
            Directory.Move(Path.Join(environment, "lib"), _folder.PathOf("far/lib"));
            Directory.CreateSymbolicLink(Path.Join(environment, "lib"), "../../far/lib");
        }
        else if (what == "no include")
        {
            Directory.Delete(Path.Join(environment, "include"), recursive: true);
        }

        Firn("capture", environment, "-o", _folder.PathOf("capture"), "--archive").MustReturn(0);
        var restored = _folder.PathOf("restored");
        var output = Firn("restore", _folder.PathOf("capture"), "--to", restored).MustReturn(0).StandardOutput;

        Assert.Contains("Packages        0\n", output, StringComparison.Ordinal);
        Assert.True(Directory.Exists(Path.Join(restored, "include")));
        Assert.Equal(Path.GetFileName(Run(environment, "import sys; print(sys.path[-1])").Trim()), Path.GetFileName(Run(restored, "import sys; print(sys.path[-1])").Trim()));
        Assert.Contains(Path.Join(restored, Path.GetRelativePath(environment, _site)), Run(restored, "import sys; print(sys.path)"), StringComparison.Ordinal);
        Firn("verify", _folder.PathOf("capture"), restored, "--read-data").MustReturn(0);
    }

    [SkippableTheory]
    [InlineData("import sys; sys.path.insert(0, '{0}')")]
    [InlineData("import os, site; site.addsitedir('{0}')")]
    [InlineData("import sys; exec(\"sys.path.append('{0}')\")")]
    public void Code_of_a_path_file_is_named_with_its_line(string line)
    {
        var environment = Environment("old/env");
        Write("far/one/mod.py", "V = 5\n");
        var file = Path.Join(_site, "x.pth");
        File.WriteAllText(file, "# a comment\n" + line.Replace("{0}", _folder.PathOf("far/one"), StringComparison.Ordinal) + "\n");
        Assert.Equal("5\n", Run(environment, "import mod; print(mod.V)"));

        var captured = Firn("capture", environment, "-o", _folder.PathOf("capture"), "--archive").MustReturn(0);

        Assert.Contains("line 2 runs code", captured.StandardError, StringComparison.Ordinal);
        Assert.Contains(file, captured.StandardError, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private string Environment(string name)
    {
        var environment = _folder.PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(environment)!);
        new PythonRunner(RealPython.Of("system")).MakeEnvironment(environment, "--without-pip");
        _site = Directory.GetDirectories(Path.Join(environment, "lib"), "python3.*").Single() + "/site-packages";
        return environment;
    }

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.PathOf(name))!);
        File.WriteAllText(_folder.PathOf(name), text);
    }

    private void Link(string name, string target) => File.CreateSymbolicLink(_folder.PathOf(name), target);

    private static string Run(string environment, string code) =>
        new ProcessRunner { Variables = new Dictionary<string, string?>(PythonRunner.Clean()) { ["PYTHONDONTWRITEBYTECODE"] = "1" }, WorkingDirectory = "/" }
            .Run(Path.Join(environment, "bin", "python"), "-c", code).MustReturn(0).StandardOutput;

    private ProcessResult Firn(params string[] arguments) => firn.Run(
        new ProcessRunner
        {
            Variables = new Dictionary<string, string?>(PythonRunner.Clean()) { ["FIRN_STORE"] = _folder.PathOf("store"), ["FIRN_CACHE"] = _folder.PathOf("cache") },
            WorkingDirectory = _folder.Root,
        },
        arguments);
}
