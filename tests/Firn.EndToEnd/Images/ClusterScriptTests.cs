using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Images;

/// <summary>What <c>firn image scripts</c> writes for clusters: scripts of shells, which name the images and what they start.</summary>
public sealed class ClusterScriptTests(PublishedFirn firn, ContainerEngines engines) : IClassFixture<PublishedFirn>, IClassFixture<ContainerEngines>
{
    [SkippableFact]
    public void Scripts_name_the_images_and_shells_read_them()
    {
        using var folder = new ImageFolder(firn, engines, "docker");
        folder.Init();
        foreach (var target in new[] { "runai", "slurm", "cscs" })
        {
            folder.Firn("image", "scripts", target, "registry.example/lab/study").MustReturn(0);
        }

        var scripts = Directory.GetFiles(Path.Join(folder.Project, "submit"), "*", SearchOption.AllDirectories);
        Assert.Equal(5, scripts.Length);
        foreach (var script in scripts.Where(static script => !script.EndsWith(".toml", StringComparison.Ordinal)))
        {
            Assert.Equal(string.Empty, new ProcessRunner().Run(Part.Program("shellcheck"), "--shell=sh", script).MustReturn(0).StandardOutput);
            Assert.Contains("usage: ", new ProcessRunner { Variables = new Dictionary<string, string?> { ["SLURM_SUBMIT_DIR"] = folder.Project } }.Run(script).MustReturn(2).StandardError);
        }

        Assert.All(scripts, static script => Assert.DoesNotContain("@", File.ReadAllText(script).Replace("\"$@\"", string.Empty), StringComparison.Ordinal));
        Assert.Contains("image = \"registry.example#lab/study:amd64-cpu-run-latest-root\"", File.ReadAllText(Path.Join(folder.Project, "submit/cscs/edf.toml")));
        CleanFailure.Check(folder.Firn("image", "scripts", "runai", "registry.example/lab/other"), 1);
        CleanFailure.Check(folder.Firn("image", "scripts", "runai", "registry.example/lab/study:1"), 2);
        // They change no image: nothing of them is in the way of a build.
        Assert.DoesNotContain("installation", folder.Git("status", "--porcelain").StandardOutput);
    }

    [SkippableFact]
    public void Run_ai_is_asked_for_the_image_with_the_users_numbers()
    {
        using var folder = new ImageFolder(firn, engines, "docker");
        folder.Init();
        folder.Firn("image", "scripts", "runai").MustReturn(0);
        var runner = new ProcessRunner
        {
            Variables = new Dictionary<string, string?> { ["DRY_RUN"] = "1", ["USRID"] = "1234", ["GRPID"] = "2345", ["PROJECT_ROOT_AT"] = "/claim/study", ["GPUS"] = "2", ["WANDB_API_KEY_FILE_AT"] = "/claim/key" },
        };
        string[] Words(string script, params IEnumerable<string> arguments) =>
            runner.Run(Path.Join(folder.Project, "submit", "runai", script), arguments).MustReturn(0).StandardOutput.TrimEnd('\n').Split('\n');

        Assert.Equal(
            [
                "runai", "training", "submit", "job", "--image", $"{folder.Name}:amd64-cpu-run-latest-root", "--run-as-uid", "1234", "--run-as-gid", "2345",
                "--existing-pvc", "claimname=home,path=/claim", "--cpu-core-request", "8", "--cpu-memory-request", "64G", "--large-shm", "-e", "PROJECT_ROOT_AT=/claim/study",
                "--gpu-devices-request", "2", "-e", "WANDB_API_KEY_FILE_AT=/claim/key", "--", "python", "-c", "print('a b')",
            ],
            Words("unattended.sh", "job", "python", "-c", "print('a b')"));
        var dev = Words("remote-development.sh", "dev");
        Assert.Equal(["runai", "workspace", "submit", "dev", "--image", $"{folder.Name}:amd64-cpu-dev-latest-root"], dev[..6]);
        Assert.Contains("SSH_SERVER=1", dev);
        Assert.Equal(["--", "sleep", "infinity"], dev[^3..]);
    }
}
