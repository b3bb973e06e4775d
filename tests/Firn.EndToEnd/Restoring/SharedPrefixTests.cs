using System.Diagnostics;
using System.Runtime.Versioning;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Restoring;

/// <summary>The prefix that all analyses share: proven before it is used, mended where it is not what was archived.</summary>
[SupportedOSPlatform("linux")]
public sealed class SharedPrefixTests(PublishedFirn firn) : IClassFixture<PublishedFirn>
{
    [SkippableTheory]
    [InlineData("a package's module")]
    [InlineData("a module of nobody")]
    [InlineData("removed")]
    [InlineData("time kept")]
    [InlineData("sitecustomize.py")]
    public void Changed_prefix_is_made_again_and_a_rerun_runs_what_was_archived(string what)
    {
        using var folder = new RunFolder(firn);
        Kept(folder);
        var prefix = folder.Firn("restore", "s/a@1").MustReturn(0).StandardOutput.Trim().Split('\n')[1][16..].Trim();
        Assert.Equal(prefix, folder.Firn("restore", "s/a@1").MustReturn(0).StandardOutput.Trim());
        var site = Path.Join(prefix, Path.GetRelativePath(Path.Join(folder.Work, ".venv"), folder.SitePackages));
        var owned = Path.Join(site, "demo.py");
        var changed = what is "a module of nobody" ? Path.Join(site, "local.py") : owned;
        foreach (var path in new[] { site, changed })
        {
            File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.UserWrite);
        }

        var time = File.GetLastWriteTimeUtc(changed);
        switch (what)
        {
            case "removed":
                File.Delete(owned);
                break;
            case "sitecustomize.py":
                File.WriteAllText(Path.Join(site, "sitecustomize.py"), "print('loot')\n");
                break;
            default:
                File.WriteAllText(changed, "version = '6.6'\n");
                break;
        }

        if (what == "time kept")
        {
            File.SetLastWriteTimeUtc(changed, time);
        }

        var again = folder.Firn("rerun", "s/a@1").MustReturn(0);

        Assert.Contains("demo 1.0 local 1.0", again.StandardOutput);
        Assert.DoesNotContain("loot", again.StandardOutput);
        Assert.Contains("is reproduced", again.StandardOutput);
        Assert.Contains("the shared prefix is made again", again.StandardError);
        Assert.DoesNotContain("made again", folder.Firn("restore", "s/a@1").MustReturn(0).StandardError);
    }

    [SkippableTheory]
    [InlineData("KILL", 0)]
    [InlineData("KILL", 40)]
    [InlineData("KILL", 120)]
    [InlineData("TERM", 60)]
    [InlineData("INT", 120)]
    public void Killed_restore_stands_in_nobodys_way(string signal, int milliseconds)
    {
        using var folder = new RunFolder(firn);
        Kept(folder);
        // When the prefix is in its place and not yet proven, or soon after the start.
        using (var restore = folder.Start("restore", "s/a@1"))
        {
            var watch = Stopwatch.StartNew();
            while (!restore.HasExited && watch.ElapsedMilliseconds < 20_000
                && !Directory.EnumerateDirectories(Made(folder)).Any(path => Path.GetFileName(path).Length == 64))
            {
                // It takes a millisecond or two from there.
            }

            Thread.Sleep(milliseconds);
            if (!restore.HasExited)
            {
                Process.Start("kill", ["-" + signal, restore.Id.ToString()]).WaitForExit();
            }

            restore.WaitForExit();
        }

        var prefix = folder.Firn("restore", "s/a@1").MustReturn(0).StandardOutput.Trim().Split('\n');
        Assert.True(Directory.Exists(prefix.Length == 1 ? prefix[0] : prefix[1][16..].Trim()));
        Assert.Contains("is reproduced", folder.Firn("rerun", "s/a@1").MustReturn(0).StandardOutput);
    }

    [SkippableFact]
    public void Prefix_without_its_mark_is_proven_by_its_bytes_and_kept()
    {
        using var folder = new RunFolder(firn);
        Kept(folder);
        folder.Firn("restore", "s/a@1").MustReturn(0);
        var prefix = Directory.EnumerateDirectories(Made(folder)).Single();
        File.Delete(prefix + ".verified");
        var note = File.GetLastWriteTimeUtc(prefix);

        Assert.Equal(prefix, folder.Firn("restore", "s/a@1").MustReturn(0).StandardOutput.Trim());

        Assert.Equal(note, File.GetLastWriteTimeUtc(prefix));
        Assert.True(File.Exists(prefix + ".verified"));
        Assert.Equal(prefix, folder.Firn("restore", "s/a@1", "--read-data").MustReturn(0).StandardOutput.Trim());
    }

    [SkippableFact]
    public void Program_in_a_changed_prefix_goes_on_while_it_is_made_again()
    {
        using var folder = new RunFolder(firn);
        Kept(folder);
        folder.Firn("restore", "s/a@1").MustReturn(0);
        var prefix = Directory.EnumerateDirectories(Made(folder)).Single();
        var gate = folder.PathOf("gate");
        var start = new ProcessStartInfo(
            Path.Join(prefix, "bin", "python"),
            ["-c", $"import os, time\nprint('ready', flush=True)\nwhile not os.path.exists('{gate}'): time.sleep(0.02)\nimport local\nprint(local.version)"])
        {
            RedirectStandardOutput = true,
        };
        using var program = Process.Start(start)!;
        Assert.Equal("ready", program.StandardOutput.ReadLine());
        var module = Directory.EnumerateFiles(prefix, "demo.py", SearchOption.AllDirectories).First();
        File.SetUnixFileMode(module, File.GetUnixFileMode(module) | UnixFileMode.UserWrite);
        File.AppendAllText(module, "# changed\n");

        Assert.Contains("made again", folder.Firn("restore", "s/a@1").MustReturn(0).StandardError);
        File.WriteAllText(gate, string.Empty);

        Assert.Equal("1.0", program.StandardOutput.ReadToEnd().Trim());
        program.WaitForExit();
        Assert.Equal(0, program.ExitCode);
    }

    [SkippableFact]
    public void Two_archives_of_one_environment_id_do_not_share_a_prefix()
    {
        using var folder = new RunFolder(firn);
        Kept(folder);
        File.WriteAllText(Path.Join(folder.SitePackages, "local.py"), "version = '2.0'\n");
        Assert.Contains("local 2.0", Run(folder));

        Assert.Contains("local 1.0", folder.Firn("rerun", "s/a@1").MustReturn(0).StandardOutput);
        Assert.Contains("local 2.0", folder.Firn("rerun", "s/a@2").MustReturn(0).StandardOutput);
        Assert.Contains("local 1.0", folder.Firn("rerun", "s/a@1").MustReturn(0).StandardOutput);
    }

    [SkippableFact]
    public void Environment_that_is_changed_while_it_runs_is_not_reproduced()
    {
        using var folder = new RunFolder(firn);
        Kept(folder, "import demo, local, os, sys; print('demo', demo.version, 'local', local.version); open('o.txt','w').write('x')\n"
            + "if '.venv' not in sys.prefix:\n f = local.__file__; os.chmod(f, 0o644); open(f, 'a').write('# changed\\n')\n");

        var again = folder.Firn("rerun", "s/a@1").MustReturn(3);

        Assert.Contains("was changed while it ran", again.StandardOutput);
        Assert.Contains(
            folder.Execution("s/a@2").GetProperty("problems").EnumerateArray(),
            problem => problem.GetProperty("code").GetString() == "prefix-changed");
    }

    private static void Kept(RunFolder folder, string? script = null)
    {
        folder.Install("demo", "1.0");
        File.WriteAllText(Path.Join(folder.SitePackages, "local.py"), "version = '1.0'\n");
        folder.Write("run.py", script ?? "import demo, local; print('demo', demo.version, 'local', local.version); open('o.txt','w').write('x')");
        Assert.Contains("local 1.0", Run(folder));
    }

    private static string Run(RunFolder folder) =>
        folder.Firn("run", "--as", "s/a", "--output", "o.txt", "--", "python", "-B", "run.py").MustReturn(0).StandardOutput;

    private static string Made(RunFolder folder)
    {
        Directory.CreateDirectory(folder.PathOf("environments"));
        return folder.PathOf("environments");
    }
}
