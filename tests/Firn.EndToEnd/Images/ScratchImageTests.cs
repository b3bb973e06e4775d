using System.Runtime.Versioning;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Images;

/// <summary>Images whose environment firn makes from a conda lock, on a system that has no Python.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ScratchImageTests(PublishedFirn firn, ContainerEngines engines) : IClassFixture<PublishedFirn>, IClassFixture<ContainerEngines>
{
    [SkippableTheory]
    [InlineData("docker")]
    [InlineData("podman")]
    public void A_lock_becomes_images_on_a_plain_system(string engine)
    {
        using var folder = new ImageFolder(firn, engines, engine);
        using var server = new FolderServer(ScratchChannel.Channel.Folder);
        ScratchChannel.MakeBare(folder);
        folder.Write("explicit.txt", ScratchChannel.Channel.Explicit(server.Url, ScratchChannel.Packages));
        folder.Init("--from-scratch", ScratchChannel.BareImage);

        var built = folder.Build("--generic").MustReturn(0);

        var listed = folder.Firn("image", "list-env").MustReturn(0);
        Assert.Matches("(?m)^python +3\\.", listed.StandardOutput);
        Assert.Matches("(?m)^speaker +1\\.0 ", listed.StandardOutput);
        foreach (var options in new string[][] { [], ["--user", "1234:1234"], ["--user", "4242", "--read-only"] })
        {
            var run = folder.Firn(["image", "run", .. options, "--", "sh", "-c", "speaker && study-say && python -c 'import sys, study; print(sys.prefix)' && echo $ACTIVATED_AT $KEPT; exit 3"]);
            run.MustReturn(3);
            Assert.Equal("speaker 1.0\nstudy speaks\n/opt/env\n/opt/env/share it's kept\n", run.StandardOutput);
        }

        ShellsBesideTheEntrypointMustHaveItsEnvironment(folder);
        FrozenMustBuildTheSame(folder, built);
    }

    private static void ShellsBesideTheEntrypointMustHaveItsEnvironment(ImageFolder folder)
    {
        const string Command = "study-say; echo \"$ACTIVATED_AT $KEPT\"; command -v speaker";
        var container = folder.Firn("image", "run", "--detach", "--user", "1234:1234", "--", "sleep", "600").MustReturn(0).StandardOutput.Trim();
        try
        {
            // The entrypoint is at work for a moment.
            Wait.Until(() => folder.Ask("exec", container, "sh", "-lc", "study-say").ExitCode == 0);
            foreach (var shell in new[] { "sh -lc", "bash -lc", "bash -ic", "zsh -c", "zsh -lc" })
            {
                var ran = folder.Ask(["exec", container, .. shell.Split(' '), Command]).MustReturn(0);
                Assert.Equal("study speaks\n/opt/env/share it's kept\n/opt/env/bin/speaker\n", ran.StandardOutput);
            }
        }
        finally
        {
            folder.Ask("kill", container);
        }
    }

    /// <summary>A lock is exact as it is; a list of specs becomes exact, and is then a lock too.</summary>
    private static void FrozenMustBuildTheSame(ImageFolder folder, ProcessResult built)
    {
        var image = $"{folder.Name}:amd64-cpu-run-latest-root";
        Assert.Contains("is there already:", folder.Firn("freeze", "--in", image).MustReturn(0).StandardOutput);

        File.Delete(Path.Join(folder.Installation, "dependencies", "explicit.txt"));
        var channel = File.ReadAllText(Path.Join(folder.Project, "explicit.txt")).Split('\n').First(static line => line.StartsWith("http", StringComparison.Ordinal)).Split("/linux-64/")[0];
        var spec = Path.Join(folder.Installation, "dependencies", "environment.yml");
        File.WriteAllText(spec, $"name: env\nchannels:\n  - {channel}\ndependencies:\n  - python  # the language\n  - speaker>=1\n");
        folder.Firn("freeze", "--in", image, "--yes").MustReturn(0);
        Assert.Matches("(?m)^  - python=3[.0-9]+=h0_0_cpython  # the language\n  - speaker=1.0=py_0\n  # What .*:\n  - activated=1.0=0\n$", File.ReadAllText(spec));

        folder.Firn("image", "from-base", "from-scratch", "--image", ScratchChannel.BareImage, "--yes").MustReturn(0);
        folder.Commit();
        Assert.Equal(ImageTests.IdIn(built), ImageTests.IdIn(folder.Build("--generic", "--run").MustReturn(0)));
    }
}
