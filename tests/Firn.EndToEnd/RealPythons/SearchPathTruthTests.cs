using System.Text;
using Firn.Common;
using Firn.Python.Environments;
using Firn.Tests.Python.Environments;

namespace Firn.EndToEnd.RealPythons;

/// <summary>Compares with what each Python of the machine says of itself.</summary>
[Collection(Support.MachinePythons.Name)]
public sealed class SearchPathTruthTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _differences = [];

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public void Read_every_interpreter_equals_what_it_says()
    {
        foreach (var python in RealPython.Require())
        {
            Compare(python, Variables());
        }

        AssertNoDifference();
    }

    [SkippableFact]
    public void Read_with_variables_and_a_user_site_equals_what_python_says()
    {
        foreach (var python in RealPython.Require())
        {
            var home = _folder.Folder("home");
            var userBase = _folder.Folder("user base");
            MakeUserSites(home);
            MakeUserSites(userBase, below: string.Empty);
            var there = _folder.Folder("there");
            var paths = $"{there}:{there}/../there/:missing:relative::/usr/lib";
            Compare(python, Variables());
            Compare(python, Variables(("PYTHONPATH", paths)));
            Compare(python, Variables(("PYTHONPATH", ":")));
            Compare(python, Variables(("PYTHONPATH", there + ":")));
            Compare(python, Variables(("PYTHONNOUSERSITE", "1"), ("PYTHONPATH", "x")));
            Compare(python, Variables(("PYTHONNOUSERSITE", "")));
            Compare(python, Variables(("PYTHONUSERBASE", userBase)));
            Compare(python, Variables(("PYTHONUSERBASE", "user base/../user base")));
            Compare(python, Variables(("PYTHONUSERBASE", there)));
        }

        AssertNoDifference();
    }

    [SkippableFact]
    public void Read_virtual_environments_equals_what_python_says()
    {
        MakeUserSites(_folder.Folder("home"));
        foreach (var python in RealPython.Require("python3"))
        {
            var prefix = string.Empty;
            foreach (var options in (string[][])[[], ["--system-site-packages"], ["--copies"]])
            {
                prefix = _folder.At($"venv{Directory.GetDirectories(_folder.Path).Length}");
                RealPython.Run(python, ["-m", "venv", "--without-pip", .. options, prefix], Variables(), _folder.Path);
                Compare(prefix + "/bin/python", Variables());
                Compare(prefix + "/bin/python3", Variables(("PYTHONPATH", "here")));
                CompareGiven(prefix, prefix + "/bin/python");

                // A link to the folder keeps the folder's name; a link to the file does not.
                var link = _folder.Link(Path.GetFileName(prefix) + "-link", prefix);
                Compare(link + "/bin/python", Variables());
                Compare(_folder.Link(Path.GetFileName(prefix) + "-bin/python", prefix + "/bin/python"), Variables());
            }

            var inner = _folder.At($"inner{Directory.GetDirectories(_folder.Path).Length}");
            RealPython.Run(
                prefix + "/bin/python", ["-m", "venv", "--without-pip", inner], Variables(), _folder.Path);
            Compare(inner + "/bin/python", Variables());
        }

        AssertNoDifference();
    }

    [SkippableFact]
    public void Read_links_to_interpreters_equals_what_python_says()
    {
        foreach (var python in RealPython.Require())
        {
            var prefix = Path.GetDirectoryName(Path.GetDirectoryName(python))!;
            var name = Path.GetFileName(prefix);
            Compare(_folder.Link($"{name}/python", python), Variables());
            Compare(_folder.Link($"{name}/python9", $"{_folder.Path}/{name}/python"), Variables());
            var folder = _folder.Link($"{name}-prefix", prefix);
            Compare(folder + "/bin/" + Path.GetFileName(python), Variables());
            CompareGiven(folder, folder + "/bin/" + Path.GetFileName(python));
            CompareGiven(prefix, python);
        }

        // On a merged /usr the folder itself is a link.
        if (File.Exists("/bin/python3"))
        {
            Compare("/bin/python3", Variables());
            Compare(_folder.Link("bin/python3", "/bin/python3"), Variables());
        }

        AssertNoDifference();
    }

    [SkippableFact]
    public void Read_pth_files_equals_what_python_says()
    {
        var elsewhere = _folder.Folder("elsewhere");
        _folder.Folder("elsewhere/sub");
        _folder.File("elsewhere/sub/nested.pth", elsewhere);
        foreach (var python in RealPython.Require("python3"))
        {
            var prefix = _folder.At($"venv{Directory.GetDirectories(_folder.Path).Length}");
            RealPython.Run(python, ["-m", "venv", "--without-pip", prefix], Variables(), _folder.Path);
            var site = Directory.GetDirectories(prefix + "/lib")[0] + "/site-packages";
            WritePthFiles(site, elsewhere);
            Compare(prefix + "/bin/python", Variables(("LC_ALL", "C.UTF-8")));
        }

        AssertNoDifference();
    }

    private static void WritePthFiles(string site, string elsewhere)
    {
        foreach (var name in (string[])["a b", "inside", "tail", "unicode-é", "vt", "x\u2028y", "bom", "latest", "dot", "crlf", "cr", "last", "tab"])
        {
            Directory.CreateDirectory($"{site}/{name}");
        }

        File.CreateSymbolicLink($"{site}/leads-nowhere", "/nowhere");
        File.CreateSymbolicLink($"{site}/leads-inside", "inside");
        File.WriteAllText($"{site}/zip.egg", "a file may be on the path");
        Write("10.pth", "# comment\n\n   \nimport os\nimport\tsys\ninside\n./inside/../inside/\na b\n missing\ntail   \t\n");
        Write("2.pth", $"{elsewhere}/sub\n{elsewhere}/sub/\n//{elsewhere}\n..\nzip.egg\nleads-nowhere\nleads-inside\nnothing-here\nimportant\n");
        Write("A.pth", "unicode-é\nvt\u000bnot\nx\u2028y\n");
        Write("bom.pth", "\uFEFFbom\nlatest\n");
        Write(".hidden.pth", "dot\n");
        Write("crlf.pth", "crlf\r\ncr\rlast\u001c\ntab\t");
        Write("z.pth.off", "dot\n");
        Directory.CreateDirectory($"{site}/folder.pth");
        File.CreateSymbolicLink($"{site}/dangling.pth", "/nowhere");
        Write("easy-install.pth", "import sys; sys.__plen = len(sys.path)\n./zip.egg\nimport sys; new = sys.path[sys.__plen:]; del sys.path[sys.__plen:]; p = getattr(sys, '__egginsert', 0); sys.path[p:p] = new; sys.__egginsert = p + len(new)\n");

        void Write(string name, string text) => File.WriteAllText($"{site}/{name}", text, new UTF8Encoding(false));
    }

    private Dictionary<string, string> Variables(params (string Name, string Value)[] more)
    {
        var variables = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin", ["HOME"] = _folder.At("home") };
        foreach (var (name, value) in more)
        {
            variables[name] = value;
        }

        return variables;
    }

    private static void MakeUserSites(string folder, string below = ".local/")
    {
        foreach (var version in (string[])["2.7", "3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13"])
        {
            var site = $"{folder}/{below}lib/python{version}/site-packages";
            Directory.CreateDirectory(site + "/from-pth");
            File.WriteAllText(site + "/user.pth", "from-pth\n\n.\n");
        }
    }

    private void Compare(string python, Dictionary<string, string> variables) =>
        Compare(python, python, variables);

    private void CompareGiven(string argument, string python) => Compare(argument, python, Variables());

    private void Compare(string argument, string python, Dictionary<string, string> variables)
    {
        var truth = RealPython.Ask(python, variables, _folder.Path);
        var systemContext = new SystemContext
        {
            Variables = variables,
            HomeDirectory = variables["HOME"],
            CurrentDirectory = _folder.Path,
        };
        var found = EnvironmentReader.Read(
            EnvironmentLocator.Locate(argument, null, systemContext), systemContext, []);
        Differ(argument, "version", truth.Version, found.PythonVersion);
        Differ(argument, "prefix", truth.Prefix, found.Prefix);
        Differ(argument, "base prefix", truth.BasePrefix, found.BasePrefix);
        Differ(argument, "user site", Path.GetFullPath(truth.UserSite, _folder.Path), found.UserSite!);
        Differ(argument, "purelib", truth.PureLibrary, found.SitePackages);
        var paths = new List<string>();
        foreach (var entry in found.SearchPath)
        {
            paths.Add(entry.Path);
        }

        Differ(argument, "path", string.Join('\n', truth.Path), string.Join('\n', paths));
    }

    private void Differ(string argument, string what, string expected, string actual)
    {
        if (expected != actual)
        {
            _differences.Add($"{argument}: {what}\n--- expected\n{expected}\n--- found\n{actual}");
        }
    }

    private void AssertNoDifference() => Assert.True(_differences.Count == 0, string.Join("\n\n", _differences));
}
