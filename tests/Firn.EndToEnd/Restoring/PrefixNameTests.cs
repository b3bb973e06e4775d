using System.Runtime.Versioning;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Restoring;

/// <summary>
/// One place with several names: the prefix is reached through a link, the interpreter is called through one. Whatever was
/// written by which name, no restored script reaches the old environment: each is started where that and the interpreter
/// are empty folders.
/// </summary>
[Collection(MachinePythons.Name)]
[UnsupportedOSPlatform("windows")]
public sealed class PrefixNameTests(PublishedFirn firn) : IDisposable
{
    private const string Names = "import sys; print(sys.prefix, sys.base_prefix)\n";
    private readonly TemporaryFolder _folder = new();

    [SkippableTheory]
    [InlineData("home/u/env", "python3.11", false)]
    [InlineData("lustre/u/env", "python3.11", false)]
    [InlineData("home/u/env", "python3", true)]
    [InlineData("home/u/env/", "python", true)]
    public void Every_script_runs_from_its_new_place_whatever_name_it_had(string captured, string called, bool byVariable)
    {
        Part.Root();
        var python = RealPython.Of("3.11");
        var original = Directory.GetParent(Path.GetDirectoryName(python)!)!.FullName;
        // /home leads to another disk, and the interpreter is called as in /usr/local/bin.
        Directory.CreateDirectory(_folder.PathOf("lustre", "u"));
        Directory.CreateSymbolicLink(_folder.PathOf("home"), _folder.PathOf("lustre"));
        Directory.CreateDirectory(_folder.PathOf("public"));
        File.CreateSymbolicLink(_folder.PathOf("public", "python3.11"), python);
        File.CreateSymbolicLink(_folder.PathOf("public", called == "python3.11" ? "python3" : called), "python3.11");
        var logical = _folder.PathOf("home/u/env");
        var physical = _folder.PathOf("lustre/u/env");
        new PythonRunner(_folder.PathOf("public", called)).MakeEnvironment(logical);
        new PythonRunner(logical + "/bin/python").Install((WheelFile.WithEverything("one", "1.0") with { Module = "def main():\n    print('one runs')\n" }).WriteTo(_folder.PathOf("wheels")));
        new PythonRunner(physical + "/bin/python").Install((WheelFile.WithEverything("two", "1.0") with { Module = "def main():\n    print('two runs')\n" }).WriteTo(_folder.PathOf("wheels")));
        Script("of-logical", $"#!{logical}/bin/python\n" + Names);
        Script("of-physical", $"#!{physical}/bin/python\n" + Names);
        Script("with-slashes", $"#!{_folder.Root}/home/u//env/bin/python\n" + Names);
        Script("by-shell", $"#!/bin/sh\n'''exec' \"{physical}/bin/python\" \"$0\" \"$@\"\n' '''\n" + Names);
        Script("wrapper", $"#!/bin/sh\nexec {logical}/bin/python -c '{Names.Trim()}'\n");
        Script("inserted", $"#!{logical}/bin/python\nimport sys\nsys.path.insert(0, '{physical}/share')\nimport shared\n" + Names);
        Script("of-base", $"#!{_folder.PathOf("public", called)}\nimport sys; print('x', sys.base_prefix)\n");
        Directory.CreateDirectory(physical + "/share");
        File.WriteAllText(physical + "/share/shared.py", string.Empty);
        File.WriteAllText(physical + "/lib/python3.11/site-packages/own.pth", physical + "/share\n");
        var restored = _folder.PathOf("restored");

        Firn(
            byVariable ? _folder.PathOf(captured) : null,
            ["capture", .. byVariable ? Array.Empty<string>() : [_folder.PathOf(captured)], "-o", _folder.PathOf("capture"), "--archive"]).MustReturn(0);
        Firn(null, "restore", _folder.PathOf("capture"), "--to", restored).MustReturn(0);

        string Hidden(params string[] command) => new ProcessRunner { Variables = PythonRunner.Clean(), WorkingDirectory = "/" }.Run(
            "unshare",
            ["-m", "sh", "-c", "for f in \"$1\" \"$2\" \"$3\"; do mount -t tmpfs none \"$f\"; done; shift 3; exec \"$@\"", "sh",
             original, _folder.PathOf("lustre"), _folder.PathOf("public"), .. command]).MustReturn(0).StandardOutput;
        var expected = $"{restored} {restored}/.firn/python\n";
        foreach (var name in new[] { "of-logical", "of-physical", "with-slashes", "by-shell", "wrapper", "inserted" })
        {
            Assert.Equal((name, expected), (name, Hidden($"{restored}/bin/{name}")));
        }

        Assert.Equal($"x {restored}/.firn/python\n", Hidden($"{restored}/bin/of-base"));
        Assert.Equal("one runs\n", Hidden($"{restored}/bin/one-run"));
        Assert.Equal("two runs\n", Hidden($"{restored}/bin/two-run"));
        Assert.Equal($"{restored}\n", Hidden("sh", "-c", $". {restored}/bin/activate; echo $VIRTUAL_ENV"));
        Assert.Contains($"home = {restored}/.firn/python/bin\n", File.ReadAllText($"{restored}/pyvenv.cfg"), StringComparison.Ordinal);
        Assert.DoesNotContain(
            Directory.EnumerateFiles(restored, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".pyc", StringComparison.Ordinal) && !file.EndsWith("restore.json", StringComparison.Ordinal)),
            file => File.ReadAllText(file) is var text && (text.Contains(physical, StringComparison.Ordinal)
                || text.Contains(logical, StringComparison.Ordinal) || text.Contains(_folder.PathOf("public"), StringComparison.Ordinal)));
        Firn(null, "verify", _folder.PathOf("capture"), restored, "--read-data").MustReturn(0);
    }

    [SkippableFact]
    public void A_home_that_only_pyvenv_cfg_names_leads_to_the_archived_interpreter()
    {
        var python = RealPython.Of("3.11");
        Directory.CreateDirectory(_folder.PathOf("public"));
        File.CreateSymbolicLink(_folder.PathOf("public", "python3.11"), python);
        new PythonRunner(python).MakeEnvironment(_folder.PathOf("env"), "--without-pip");
        // As virtualenv and uv write it: the interpreter itself is linked, the folder is the user's.
        var text = File.ReadAllLines(_folder.PathOf("env", "pyvenv.cfg"))
            .Select(line => line.StartsWith("home", StringComparison.Ordinal) ? $"home = {_folder.PathOf("public")}/" : line)
            .Append($"base-executable = {_folder.PathOf("public", "python3.11")}");
        File.WriteAllLines(_folder.PathOf("env", "pyvenv.cfg"), text);

        Firn(null, "capture", _folder.PathOf("env"), "-o", _folder.PathOf("capture"), "--archive").MustReturn(0);
        Firn(null, "restore", _folder.PathOf("capture"), "--to", _folder.PathOf("restored")).MustReturn(0);

        var restored = File.ReadAllText(_folder.PathOf("restored", "pyvenv.cfg"));
        Assert.DoesNotContain(_folder.PathOf("public"), restored, StringComparison.Ordinal);
        Assert.Contains($"base-executable = {_folder.PathOf("restored")}/.firn/python/bin/python3.11", restored, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private void Script(string name, string text)
    {
        var file = _folder.PathOf("lustre/u/env/bin", name);
        File.WriteAllText(file, text);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private ProcessResult Firn(string? environment, params string[] arguments) => firn.Run(
        new ProcessRunner
        {
            Variables = new Dictionary<string, string?>(PythonRunner.Clean())
            {
                ["VIRTUAL_ENV"] = environment,
                ["FIRN_STORE"] = _folder.PathOf("store"),
                ["FIRN_CACHE"] = _folder.PathOf("cache"),
            },
            WorkingDirectory = _folder.Root,
            Timeout = TimeSpan.FromMinutes(4),
        },
        arguments);
}
