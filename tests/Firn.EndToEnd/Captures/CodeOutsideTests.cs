using System.IO.Compression;
using System.Runtime.Versioning;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Captures;

/// <summary>
/// Code on <c>sys.path</c> that lies in no site folder: it comes back with the archive when its place is gone, or the
/// capture names it and returns 4.
/// </summary>
[Collection(MachinePythons.Name)]
[UnsupportedOSPlatform("windows")]
public sealed class CodeOutsideTests(PublishedFirn firn) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [SkippableTheory]
    [InlineData("absolute", "{0}/dev/my proj")]
    [InlineData("relative", "../../../../dev/my proj")]
    [InlineData("with a slash", "{0}/dev/my proj/")]
    [InlineData("through dots", "{0}/dev/../dev//my proj")]
    [InlineData("through a link", "{0}/link/my proj")]
    [InlineData("beside the folders of the environment", "../../../dev/my proj")]
    public void A_folder_of_a_path_file_comes_back_below_the_prefix(string how, string line)
    {
        var python = Environment();
        var dev = how.StartsWith("beside", StringComparison.Ordinal) ? "env/dev" : "dev";
        Write($"{dev}/my proj/apart.py", "V = 7\n");
        Directory.CreateSymbolicLink(_folder.PathOf("link"), _folder.PathOf("dev"));
        Write("env/lib/python3.11/site-packages/dev.pth", string.Format(null, line, _folder.Root) + "\n");
        python.Run("-c", "import apart").MustReturn(0);

        var archived = Archive().MustReturn(0);

        Assert.Contains("archived with it, as src/my-proj", archived.StandardError, StringComparison.Ordinal);
        Directory.Move(_folder.PathOf(dev), _folder.PathOf("gone"));
        var restored = Restore();
        Assert.Equal("7 True\n", Print(restored, "import apart; print(apart.V, apart.__file__.startswith(__import__('sys').prefix))"));
        Firn("verify", _folder.PathOf("capture"), _folder.PathOf("restored"), "--read-data").MustReturn(0);
    }

    [SkippableFact]
    public void Distributions_that_lie_there_come_along_with_and_without_a_record_and_a_repository()
    {
        var python = Environment();
        // conda develop: metadata beside the module, nothing in the environment.
        Write("dist/devp.py", "V = 1\n");
        Write("dist/devp.egg-info/PKG-INFO", "Metadata-Version: 2.1\nName: devp\nVersion: 0.1\n");
        // Another installation's site-packages.
        Write("shared/lib/python3.11/site-packages/owned.py", "V = 2\n");
        Write("shared/lib/python3.11/site-packages/loose.py", "V = 3\n");
        Write("shared/lib/python3.11/site-packages/inert.pth", "/nowhere\n");
        Write("shared/lib/python3.11/site-packages/owned-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: owned\nVersion: 1.0\n");
        Write("shared/lib/python3.11/site-packages/owned-1.0.dist-info/RECORD", "owned.py,,\nowned-1.0.dist-info/METADATA,,\nowned-1.0.dist-info/RECORD,,\n");
        // A clone, of which the path names a folder inside.
        Write("clone/src/cloned.py", "V = 4\n");
        Git("clone", "init", "-q");
        Git("clone", "add", ".");
        Git("clone", "commit", "-qm", "x");
        Write("clone/src/fresh.py", "V = 5\n");
        Write(
            "env/lib/python3.11/site-packages/all.pth",
            $"{_folder.PathOf("dist")}\n{_folder.PathOf("shared")}/lib/python3.11/site-packages\n{_folder.PathOf("clone")}/src\n");
        const string Code = "import devp, owned, loose, cloned, fresh; from importlib.metadata import version as v; "
            + "print(devp.V, owned.V, loose.V, cloned.V, fresh.V, v('devp'), v('owned'))";
        var before = Print(python, Code);

        Archive().MustReturn(0);

        foreach (var name in new[] { "dist", "shared", "clone" })
        {
            Directory.Move(_folder.PathOf(name), _folder.PathOf("gone-" + name));
        }

        Assert.Equal(before, Print(Restore(), Code));
        Assert.Equal("1 2 3 4 5 0.1 1.0\n", before);
        Assert.DoesNotContain(
            Directory.EnumerateFiles(_folder.PathOf("restored", "lib"), "*.pth", SearchOption.AllDirectories),
            file => File.ReadAllText(file).Contains(_folder.PathOf("shared"), StringComparison.Ordinal) || file.EndsWith("inert.pth", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void What_setup_py_develop_installs_comes_back_with_its_script()
    {
        var python = Environment(pip: true);
        Write("project/setup.py", "from setuptools import setup\nsetup(name='pk', version='2.0', py_modules=['pk'], scripts=['pk-tool'])\n");
        Write("project/pk.py", "V = 9\n");
        Write("project/pk-tool", "#!/usr/bin/env python\nimport pk\nprint(pk.V)\n");
        new ProcessRunner { Variables = python.Variables, WorkingDirectory = _folder.PathOf("project") }
            .Run(python.Python, "setup.py", "-q", "develop").MustReturn(0);

        Archive().MustReturn(0);

        Directory.Move(_folder.PathOf("project"), _folder.PathOf("gone"));
        var restored = Restore();
        Assert.Equal("9 2.0\n", Print(restored, "import pk; from importlib.metadata import version; print(pk.V, version('pk'))"));
        Assert.Equal("9\n", new ProcessRunner { Variables = restored.Variables }.Run(_folder.PathOf("restored", "bin", "pk-tool")).MustReturn(0).StandardOutput);
    }

    [SkippableFact]
    public void Zipped_eggs_and_wheels_on_the_path_are_files_like_others()
    {
        var python = Environment();
        Zip("env/lib/python3.11/site-packages/eggy-1.0-py3.11.egg", ("eggy.py", "V = 1\n"), ("EGG-INFO/PKG-INFO", "Metadata-Version: 1.1\nName: eggy\nVersion: 1.0\n"));
        Zip("env/lib/python3.11/site-packages/whl-2.0-py3-none-any.whl", ("whl.py", "V = 2\n"), ("whl-2.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: whl\nVersion: 2.0\n"));
        Zip("outside/far.egg", ("far.py", "V = 3\n"), ("EGG-INFO/PKG-INFO", "Metadata-Version: 1.1\nName: far\nVersion: 3.0\n"));
        Write("env/lib/python3.11/site-packages/easy-install.pth", $"./eggy-1.0-py3.11.egg\nwhl-2.0-py3-none-any.whl\n{_folder.PathOf("outside", "far.egg")}\n");
        const string Code = "import eggy, whl, far; from importlib.metadata import version as v; print(eggy.V, whl.V, far.V, v('eggy'), v('whl'))";
        var before = Print(python, Code);

        var archived = Archive().MustReturn(0);

        Assert.DoesNotContain("left out", archived.StandardOutput, StringComparison.Ordinal);
        Directory.Move(_folder.PathOf("outside"), _folder.PathOf("gone"));
        var restored = Restore();
        Assert.Equal(before, Print(restored, Code));
        Firn("verify", _folder.PathOf("capture"), _folder.PathOf("restored"), "--read-data").MustReturn(0);
        Firn("run", "--env", _folder.PathOf("env"), "--", "python", "-c", "import eggy").MustReturn(0);
        Assert.Contains("the same as before", Archive().MustReturn(0).StandardOutput, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void What_is_not_kept_is_named_and_the_capture_returns_4()
    {
        Environment();
        Write("variable/found.py", "V = 1\n");
        Write("data/big.py", "V = 1\n");
        var sparse = new FileStream(_folder.PathOf("data", "huge.py"), FileMode.Create);
        sparse.SetLength(11_000_000);
        sparse.Dispose();
        Write("env/lib/python3.11/site-packages/data.pth", _folder.PathOf("data") + "\n");

        var large = Archive().MustReturn(4);
        File.Delete(_folder.PathOf("data", "huge.py"));
        var variable = firn.Run(
            new ProcessRunner { Variables = new Dictionary<string, string?>(Variables()) { ["PYTHONPATH"] = _folder.PathOf("variable") }, WorkingDirectory = "/" },
            Command()).MustReturn(4);

        Assert.Contains("huge.py", large.StandardError, StringComparison.Ordinal);
        Assert.Contains("huge.py", large.StandardOutput, StringComparison.Ordinal);
        Assert.Contains(_folder.PathOf("variable"), variable.StandardError, StringComparison.Ordinal);
        Archive().MustReturn(0);
    }

    [SkippableFact]
    public void Clones_in_a_folder_on_the_path_are_code_and_what_git_ignores_there_is_named()
    {
        Environment();
        Write("work/one/__init__.py", "V = 1\n");
        Git("work/one", "init", "-q");
        Write("clone/two.py", "V = 2\n");
        Write("clone/.gitignore", "made/\nlocal.py\n");
        Git("clone", "init", "-q");
        Git("clone", "add", ".");
        Git("clone", "commit", "-qm", "x");
        Write("env/lib/python3.11/site-packages/work.pth", $"{_folder.PathOf("work")}\n{_folder.PathOf("clone")}\n");
        Archive().MustReturn(0);
        Write("clone/made/__init__.py", "V = 3\n");
        Write("clone/made/more.py", "V = 3\n");
        Write("clone/local.py", "V = 4\n");

        var named = Archive().MustReturn(4);

        Assert.Contains("clone/local.py", named.StandardError, StringComparison.Ordinal);
        Assert.Contains("clone/made/", named.StandardError, StringComparison.Ordinal);
        Directory.Move(_folder.PathOf("work"), _folder.PathOf("gone-work"));
        Directory.Move(_folder.PathOf("clone"), _folder.PathOf("gone-clone"));
        Assert.Equal("1 2\n", Print(Restore(4), "import one, two; print(one.V, two.V)"));
    }

    [SkippableFact]
    public void A_folder_of_too_many_files_is_named_and_nothing_of_it_is_read()
    {
        Environment();
        Write("many/code.py", "V = 1\n");
        for (var i = 0; i < 50_001; i++)
        {
            File.Create(_folder.PathOf("many", $"{i}.txt")).Dispose();
        }

        Write("env/lib/python3.11/site-packages/many.pth", _folder.PathOf("many") + "\n");

        var archived = Archive().MustReturn(4);

        Assert.Contains("more than 50,000 files", archived.StandardError, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private PythonRunner Environment(bool pip = false) =>
        new PythonRunner(RealPython.Of("3.11")).MakeEnvironment(_folder.PathOf("env"), pip ? [] : ["--without-pip"]);

    private string[] Command() =>
        ["capture", _folder.PathOf("env"), "-o", _folder.PathOf("capture"), "--archive"];

    private ProcessResult Archive() => Firn(Command());

    private PythonRunner Restore(int code = 0)
    {
        Firn("restore", _folder.PathOf("capture"), "--to", _folder.PathOf("restored")).MustReturn(code);
        return new PythonRunner(_folder.PathOf("restored", "bin", "python"));
    }

    private static string Print(PythonRunner python, string code) => python.Run("-c", code).MustReturn(0).StandardOutput;

    private ProcessResult Firn(params string[] arguments) =>
        firn.Run(new ProcessRunner { Variables = Variables(), WorkingDirectory = _folder.Root }, arguments);

    private Dictionary<string, string?> Variables() => new(PythonRunner.Clean())
    {
        ["FIRN_STORE"] = _folder.PathOf("store"),
        ["FIRN_CACHE"] = _folder.PathOf("cache"),
    };

    private void Write(string path, string content)
    {
        var file = _folder.PathOf(path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
    }

    private void Zip(string path, params (string Name, string Content)[] members)
    {
        var file = _folder.PathOf(path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        using var zip = ZipFile.Open(file, ZipArchiveMode.Create);
        foreach (var (name, content) in members)
        {
            using var writer = new StreamWriter(zip.CreateEntry(name).Open());
            writer.Write(content);
        }
    }

    private void Git(string folder, params string[] arguments) => new ProcessRunner { WorkingDirectory = _folder.PathOf(folder) }
        .Run(Part.Program("git"), ["-c", "user.name=x", "-c", "user.email=x@example.org", .. arguments]).MustReturn(0);
}
