using System.Runtime.Versioning;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Restoring;

/// <summary>
/// Nothing of a restored environment leads back to the one that was archived, at a place whose name holds a space too; what
/// may not be read is missed, not forgotten.
/// </summary>
[Collection(MachinePythons.Name)]
[SupportedOSPlatform("linux")]
public sealed class LedBackTests(PublishedFirn firn) : IDisposable
{
    private const string Names = "import sys; print(sys.prefix, sys.base_prefix)\n";
    private readonly TemporaryFolder _folder = new();

    private string Prefix => _folder.PathOf("env");

    private string Site => Directory.GetDirectories(Path.Join(Prefix, "lib"))[0] + "/site-packages";

    [SkippableTheory]
    [InlineData("restored")]
    [InlineData("with space")]
    [InlineData("with two spaces")]
    public void Texts_and_scripts_name_the_new_place_and_it_is_equal(string name)
    {
        var python = RealPython.Of("3.11");
        var below = Directory.GetParent(Path.GetDirectoryName(python)!)!.FullName;
        new PythonRunner(python).MakeEnvironment(Prefix, "--without-pip");
        Write("share/jupyter/kernels/k/kernel.json", $"{{\"argv\": [\"{Prefix}/bin/python\"]}}\n");
        Write("bin/postactivate", $"export DATA=\"{Prefix}/share\"\n");
        Write("etc/conda/activate.d/a.sh", $"export LIBS=\"{below}/lib:{Prefix}/lib\"\n");
        Write($"{Site[(Prefix.Length + 1)..]}/sitecustomize.py", $"import sys; sys.path.append('{Prefix}/share')\n");
        Script("of-base", $"#!{python}\n" + Names);
        Script("by-env", $"#!/usr/bin/env -S {Prefix}/bin/python -u\n" + Names);
        Script("by-shell", $"#!/bin/sh\nexec {Prefix}/bin/python -c '{Names.Trim()}'\n");
        Script("quoted", $"#!/bin/sh\nexec \"{Prefix}/bin/python\" -c '{Names.Trim()}'\n");
        var restored = _folder.PathOf(name);

        Firn("capture", Prefix, "-o", _folder.PathOf("capture"), "--archive").MustReturn(0);
        var told = Firn("restore", _folder.PathOf("capture"), "--to", restored).MustReturn(0).StandardError;
        Directory.Move(Prefix, _folder.PathOf("hidden"));

        Firn("verify", _folder.PathOf("capture"), restored, "--read-data").MustReturn(0);
        Assert.DoesNotContain(
            Directory.EnumerateFiles(restored, "*", SearchOption.AllDirectories)
                .Where(file => Path.GetExtension(file) is not (".pyc" or ".so" or ".a") && !file.EndsWith("restore.json", StringComparison.Ordinal)),
            file => File.ReadAllText(file) is var text && (text.Contains(Prefix, StringComparison.Ordinal)
                || (text.Contains(below, StringComparison.Ordinal) && !file.Contains("/.firn/", StringComparison.Ordinal))));
        Assert.Equal($"export LIBS=\"{restored}/.firn/python/lib:{restored}/lib\"\n", File.ReadAllText(restored + "/etc/conda/activate.d/a.sh"));
        Assert.Equal($"{restored}/.firn/python {restored}/.firn/python\n", Started("of-base"));
        foreach (var script in (string[])["by-env", "quoted"])
        {
            Assert.Equal((script, $"{restored} {restored}/.firn/python\n"), (script, Started(script)));
        }

        var hasSpace = name.Contains(' ', StringComparison.Ordinal);
        Assert.Equal(hasSpace, told.Contains("without quotes, and may not start", StringComparison.Ordinal) && told.Contains("bin/by-shell", StringComparison.Ordinal));
        Assert.DoesNotContain("bin/quoted", told, StringComparison.Ordinal);
        File.AppendAllText(restored + "/share/jupyter/kernels/k/kernel.json", " ");
        Firn("verify", _folder.PathOf("capture"), restored, "--read-data").MustReturn(3);

        string Started(string script) => new ProcessRunner { Variables = PythonRunner.Clean(), WorkingDirectory = "/" }
            .Run($"{restored}/bin/{script}").MustReturn(0).StandardOutput;
    }

    [SkippableTheory]
    [InlineData("pkg", "700")]
    [InlineData("demo/code.py", "600")]
    [InlineData("demo-1.0.dist-info/INSTALLER", "600")]
    [InlineData("../../../bin/activate", "600")]
    [InlineData("bad\\377.py", "")]
    public void What_may_not_be_read_is_missed_by_archive_restore_and_verify(string path, string mode)
    {
        using var other = new OtherUser(firn);
        new PythonRunner(RealPython.Of("system")).MakeEnvironment(Prefix, "--without-pip");
        Write(Site + "/pkg/__init__.py", "V = 1\n");
        Write(Site + "/demo/code.py", "V = 1\n");
        Write(Site + "/demo/__init__.py", string.Empty);
        Write(Site + "/demo-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n");
        Write(Site + "/demo-1.0.dist-info/INSTALLER", "pip\n");
        Write(Site + "/demo-1.0.dist-info/RECORD", "demo/code.py,,\ndemo/__init__.py,,\ndemo-1.0.dist-info/METADATA,,\ndemo-1.0.dist-info/INSTALLER,,\ndemo-1.0.dist-info/RECORD,,\n");
        new ProcessRunner { WorkingDirectory = Site }.Run("sh", "-c", mode.Length > 0 ? $"chmod -R {mode} {path}" : $"touch \"$(printf '{path}')\"").MustReturn(0);
        new ProcessRunner().Run("chmod", "755", _folder.Root).MustReturn(0);
        string[] store = ["--store", other.PathOf("own/store")];

        var archived = other.Run(["capture", Prefix, "--archive", "--yes", "-o", other.PathOf("own/capture"), .. store]).MustReturn(4);
        var restored = other.Run(["restore", other.PathOf("own/capture"), "--to", other.PathOf("own/env"), .. store]).MustReturn(4);
        var verified = other.Run(["verify", other.PathOf("own/capture"), Prefix, "--read-data", .. store]).MustReturn(0);

        var named = mode.Length > 0 ? Path.GetFullPath(path, Site) : Site + "/bad";
        Assert.Contains(named, archived.StandardError, StringComparison.Ordinal);
        Assert.Contains(named, restored.StandardError, StringComparison.Ordinal);
        Assert.Contains(named, verified.StandardOutput, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("mkfifo x.pth", "x.pth")]
    [InlineData("mkfifo mod.py", "mod.py")]
    [InlineData("python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"s.so\")'", "s.so")]
    public void A_pipe_or_a_socket_in_the_place_of_code_was_added(string command, string name)
    {
        new PythonRunner(RealPython.Of("system")).MakeEnvironment(Prefix, "--without-pip");
        Firn("capture", Prefix, "-o", _folder.PathOf("capture"), "--archive", "--yes").MustReturn(0);
        Firn("verify", _folder.PathOf("capture"), Prefix, "--read-data").MustReturn(0);
        new ProcessRunner { WorkingDirectory = Site }.Run("sh", "-c", command).MustReturn(0);

        var verified = Firn("verify", _folder.PathOf("capture"), Prefix, "--read-data").MustReturn(3);

        Assert.Contains($"{Site}/{name}", verified.StandardOutput, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private void Write(string path, string text)
    {
        var file = Path.Combine(Prefix, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    private void Script(string name, string text)
    {
        Write("bin/" + name, text);
        File.SetUnixFileMode(Prefix + "/bin/" + name, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
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
