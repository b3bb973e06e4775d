using System.Text.Json;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Captures;

/// <summary>What docs/formats/environment-id.md promises, with real installers.</summary>
[Collection(MachinePythons.Name)]
public sealed class EnvironmentIdTests(PublishedFirn firn)
{
    [SkippableFact]
    public void Environments_with_the_same_wheels_installed_in_other_ways_are_equal()
    {
        using var folder = new TemporaryFolder();
        var wheel = WheelFile.WithEverything("everything", "1.0").WriteTo(folder.PathOf("wheels"));
        var python = RealPython.Of("system");
        var first = Make(python, folder.PathOf("first"), "022", [wheel]);
        var ways = new Dictionary<string, string>
        {
            ["a longer prefix, umask 077"] = Make(python, folder.PathOf("second", "elsewhere"), "077", [wheel]),
            ["no bytecode"] = Make(python, folder.PathOf("third"), "022", ["--no-compile", wheel]),
            ["by name"] = Make(python, folder.PathOf("fourth"), "022", ["--find-links", folder.PathOf("wheels"), "everything"]),
        };

        foreach (var (way, other) in ways)
        {
            var result = firn.Run("diff", first, other);
            Assert.True(result.ExitCode == 0, $"{way}: {result.StandardOutput}");
            Assert.StartsWith("Equal", result.StandardOutput);
        }
    }

    [SkippableFact]
    public void Environments_used_and_reinstalled_stay_equal()
    {
        using var folder = new TemporaryFolder();
        var wheel = WheelFile.WithEverything("everything", "1.0").WriteTo(folder.PathOf("wheels"));
        var prefix = Make(RealPython.Of("system"), folder.PathOf("venv"), "022", ["--no-compile", wheel]);
        firn.Run("capture", prefix, "--output", folder.PathOf("capture")).MustReturn(0);

        var python = new PythonRunner(prefix + "/bin/python");
        python.Run("-c", "import everything, everything_extra").MustReturn(0);
        python.Run("-m", "compileall", "-q", prefix + "/lib");
        InstallInto(RealPython.Of("system"), prefix, "022", ["--force-reinstall", wheel]);

        firn.Run("diff", folder.PathOf("capture"), prefix).MustReturn(0);
    }

    // The pips of these Pythons are of 2018 to 2024.
    [SkippableFact]
    public void Recorded_digests_by_pips_of_all_ages_are_equal()
    {
        using var folder = new TemporaryFolder();
        var wheel = WheelFile.WithEverything("everything", "1.0").WriteTo(folder.PathOf("wheels"));
        var digests = new Dictionary<string, string?>();
        foreach (var name in (string[])["2.7", "3.6", "3.7", "3.8", "3.10", "3.12", "3.13", "system"])
        {
            var python = new PythonRunner(RealPython.Of(name));
            python.Variables["PYTHONUSERBASE"] = folder.PathOf(name);
            python.Variables["PIP_BREAK_SYSTEM_PACKAGES"] = "1";
            python.Install("--user", wheel);
            digests[name] = DigestOf(python.Firn(firn, "capture", python.Python, "--json").MustReturn(0), "everything");
        }

        Assert.NotNull(digests["system"]);
        Assert.True(digests.Values.Distinct().Count() == 1, string.Join('\n', digests));
    }

    [SkippableFact]
    public void Diff_after_changes_returns_3_and_names_them()
    {
        using var folder = new TemporaryFolder();
        var wheels = folder.PathOf("wheels");
        var python = RealPython.Of("system");
        string[] common = [WheelFile.WithEverything("same", "1.0").WriteTo(wheels)];
        var first = Make(python, folder.PathOf("first"), "022",
        [
            .. common, new WheelFile("upgraded", "1.0").WriteTo(wheels), new WheelFile("removed", "1.0").WriteTo(wheels),
            new WheelFile("rebuilt", "1.0").WriteTo(wheels),
        ]);
        var second = Make(python, folder.PathOf("second"), "022",
        [
            .. common, new WheelFile("upgraded", "2.0").WriteTo(wheels), new WheelFile("added", "1.0").WriteTo(wheels),
            new WheelFile("rebuilt", "1.0") { Module = "answer = 43\n" }.WriteTo(folder.PathOf("other")),
        ]);

        var text = firn.Run("diff", first, second).MustReturn(3).StandardOutput;
        Assert.Matches(@"\+ added +1\.0\n", text);
        Assert.Matches(@"- removed +1\.0\n", text);
        Assert.Matches(@"~ upgraded +1\.0 +-> 2\.0\n", text);
        Assert.Matches(@"! rebuilt +1\.0 \([0-9a-f]+\) +-> 1\.0 \([0-9a-f]+\)\n", text);
        Assert.DoesNotContain("same", text);
        using var document = JsonDocument.Parse(firn.Run("diff", first, second, "--json").MustReturn(3).StandardOutput);
        Assert.Contains("\"contents\"", document.RootElement.GetRawText());
    }

    [SkippableFact]
    public void Diff_sees_an_editable_projects_commit_and_changes()
    {
        using var environment = new PlainEnvironment();
        var project = SourceProject.Modern(environment.Root + "/project", "edited", "https://example.org/p.git");
        environment.AddEditable("edited", "file://" + project, project);
        firn.Run("capture", environment.Prefix, "--output", environment.Output).MustReturn(0);
        firn.Run("diff", environment.Output, environment.Prefix).MustReturn(0);

        File.AppendAllText(project + "/edited.py", "y = 2\n");
        Assert.Contains("changed", firn.Run("diff", environment.Output, environment.Prefix).MustReturn(3).StandardOutput);

        SourceProject.Git(project, "-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "-qam", "More");
        var commit = SourceProject.Git(project, "rev-parse", "HEAD").StandardOutput.Trim();
        var text = firn.Run("diff", environment.Output, environment.Prefix).MustReturn(3).StandardOutput;
        Assert.Contains("! edited", text);
        var document = firn.Run("capture", environment.Prefix, "--json").MustReturn(0).StandardOutput;
        Assert.Contains(commit, document);
    }

    private static string Make(string python, string prefix, string mask, string[] arguments)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(prefix)!);
        new PythonRunner(python).MakeEnvironment(prefix, "--without-pip");
        InstallInto(python, prefix, mask, arguments);
        return prefix;
    }

    // `pip --python` (22.3 and later) installs into an environment that has no pip of its own.
    private static void InstallInto(string python, string prefix, string mask, string[] arguments) =>
        new ProcessRunner { Variables = PythonRunner.Clean(), WorkingDirectory = "/" }.Run(
            "/bin/sh",
            ["-c", $"umask {mask}; exec \"$@\"", "sh", python, "-m", "pip", "--python", prefix + "/bin/python", "install",
             "--quiet", "--no-index", "--no-deps", .. arguments]).MustReturn(0);

    private static string? DigestOf(ProcessResult capture, string name)
    {
        using var document = JsonDocument.Parse(capture.StandardOutput);
        return document.RootElement.GetProperty("distributions").EnumerateArray()
            .Single(item => item.GetProperty("name").GetString() == name).GetProperty("recorded_digest").GetString();
    }
}
