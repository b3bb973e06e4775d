using System.Runtime.Versioning;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Runs;

/// <summary>What counts as a change: every file of the environment since the build, and secrets that no record has.</summary>
[SupportedOSPlatform("linux")]
public sealed class FrozenRunTests(PublishedFirn firn) : IClassFixture<PublishedFirn>
{
    private const string Analysis = "analyses: {s/a: {command: echo 1 > o.txt, inputs: [], outputs: o.txt}}\n";

    [SkippableTheory]
    [InlineData("lib/site/snow.py", "", true)]
    [InlineData("lib/site/sitecustomize.py", "", true)]
    [InlineData("lib/site/loose.py", "", true)]
    [InlineData("bin/tool", "", true)]
    [InlineData("bin/tool", "archive: false\n", false)]
    [InlineData("lib/site/snow.py", "archive: false\n", false)]
    public void Frozen_refuses_every_file_that_is_not_as_built(string file, string settings, bool isNamed)
    {
        using var folder = new RunFolder(firn);
        folder.Install("snow", "1.0");
        folder.Write("firn.yaml", $"environment: .venv\n{settings}{Analysis}");
        folder.Firn("build").MustReturn(0);
        folder.Firn("run", "--frozen").MustReturn(0);
        var path = file.StartsWith("lib/site/", StringComparison.Ordinal)
            ? Path.Join(folder.SitePackages, file["lib/site/".Length..])
            : Path.Join(folder.Work, ".venv", file);
        File.WriteAllText(path, "# other\n");

        foreach (string[] options in new string[][] { [], ["--no-archive"], ["--force"] })
        {
            var refused = folder.Firn(["run", "--frozen", .. options]).MustReturn(125);
            Assert.Contains("has changed since it was built", refused.StandardError);
            Assert.Equal(isNamed, refused.StandardError.Contains(Path.GetFileNameWithoutExtension(file), StringComparison.Ordinal));
        }

        Assert.Contains("changed since the build", folder.Firn("run").MustReturn(0).StandardError);
        folder.Firn("build").MustReturn(0);
        folder.Firn("run", "--frozen").MustReturn(0);
    }

    [SkippableTheory]
    [InlineData("variables: {API_TOKEN: one}", "echo $API_TOKEN > o.txt", "API_TOKEN")]
    [InlineData("variables: {URL: 'https://u:one@host/'}", "echo $URL > o.txt", "URL")]
    [InlineData("threads: 1", "sh -c 'echo $1 > o.txt' --token one", "--token")]
    public void Secret_that_changed_makes_an_analysis_run_again(string settings, string command, string name)
    {
        using var folder = new RunFolder(firn);
        var text = $"environment: .venv\n{settings}\nanalyses:\n  s/a: {{command: \"{command}\", inputs: [], outputs: o.txt}}\n";
        folder.Write("firn.yaml", text);
        folder.Firn("run").MustReturn(0);
        Assert.Contains("unchanged", folder.Firn("run").MustReturn(0).StandardOutput);
        folder.Write("firn.yaml", text.Replace("one", "two", StringComparison.Ordinal));

        Assert.Contains($"changed: the secret {name}", folder.Firn("status").MustReturn(0).StandardOutput);
        Assert.Contains("s/a  done", folder.Firn("run").MustReturn(0).StandardOutput);
        Assert.Contains("s/a  unchanged", folder.Firn("run").MustReturn(0).StandardOutput);
        var key = Path.Join(folder.Work, ".firn", "secrets.key");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
        var digest = System.Text.Json.JsonDocument.Parse(File.ReadAllText(Path.Join(folder.Work, ".firn", "analyses", "s", "a", "state.json")))
            .RootElement.GetProperty("secrets").GetString()!;
        Assert.All(
            Directory.GetFiles(folder.PathOf("store"), "*", SearchOption.AllDirectories),
            file => Assert.True(File.ReadAllBytes(file).AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(digest)) < 0));
        File.Delete(key);
        Assert.Contains("changed: the secret", folder.Firn("status").MustReturn(0).StandardOutput);
        Assert.False(File.Exists(key));
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void Frozen_makes_no_environment_anew(bool isThere)
    {
        using var folder = new RunFolder(firn);
        folder.Write("requirements.txt", "# nothing\n");
        folder.Write("firn.yaml", $"environment: {{from: [requirements.txt]}}\n{Analysis}");
        if (isThere)
        {
            folder.Firn("build").MustReturn(0);
            folder.Firn("run", "--frozen").MustReturn(0);
        }

        var before = Files();
        folder.Write("requirements.txt", "# other\n");

        var refused = folder.Firn("run", "--frozen").MustReturn(125);

        Assert.Contains(isThere ? "was made from other files than requirements.txt" : "is not made yet", refused.StandardError);
        Assert.Equal(before, Files());

        string[] Files() => Directory.Exists(Path.Join(folder.Work, ".firn", "environment"))
            ? [.. new DirectoryInfo(Path.Join(folder.Work, ".firn", "environment")).GetFileSystemInfos("*", SearchOption.AllDirectories)
                .Select(static file => $"{file.FullName} {file.LastWriteTimeUtc.Ticks}").Order(StringComparer.Ordinal)]
            : [];
    }

    [SkippableTheory]
    [InlineData("lab-login.txt", "x")]
    [InlineData(".pgpass", "x")]
    [InlineData("notes.txt", "-----BEGIN PRIVATE KEY-----\n")]
    public void Results_that_may_hold_secrets_are_left_out_unless_asked_for(string name, string text)
    {
        using var folder = new RunFolder(firn);
        folder.Write("firn.yaml", $"secrets: lab-login.txt\n{Analysis}");
        folder.Write("out/" + name, text);
        folder.Write("out/a.txt", "a");

        var alone = folder.Firn("results", "add", "s/a", "out/" + name).MustReturn(4);
        var both = folder.Firn("results", "add", "s/a", "out").MustReturn(4);
        var kept = folder.Firn("results", "add", "s/a", "out", "--with-secrets").MustReturn(0);

        Assert.Contains("--with-secrets", alone.StandardError);
        Assert.Contains($"{name}: it may hold passwords or tokens", both.StandardError);
        Assert.Contains("Added 1 file", both.StandardOutput);
        Assert.Contains("s/a@1", both.StandardOutput);
        Assert.Contains("is kept, and it may hold", kept.StandardError);
        Assert.Contains("Added 2 files", kept.StandardOutput);
    }
}
