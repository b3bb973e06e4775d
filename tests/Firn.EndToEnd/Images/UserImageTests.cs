using System.Text.Json;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Images;

/// <summary>Images with the user of <c>.env</c>, so that what they write in mounted folders is that user's; also by docker's builder before BuildKit.</summary>
public sealed class UserImageTests(PublishedFirn firn, ContainerEngines engines) : IClassFixture<PublishedFirn>, IClassFixture<ContainerEngines>
{
    [SkippableTheory]
    [InlineData("docker", "0")]
    [InlineData("podman", null)]
    public void Images_of_a_user_write_the_users_files(string engine, string? buildKit)
    {
        using var folder = new ImageFolder(firn, engines, engine);
        folder.Variables["DOCKER_BUILDKIT"] = buildKit;
        folder.Init();
        File.AppendAllText(Path.Join(folder.Installation, "dependencies", "requirements.txt"), "# mine\n");
        var commit = folder.Commit();
        var settings = folder.Firn("image", "env").MustReturn(0).StandardOutput["wrote ".Length..].Trim();
        Assert.Equal("600\n", new ProcessRunner().Run(Part.Program("stat"), "-c", "%a", settings).StandardOutput);
        folder.SetUser("alice", 1234, "lab", 2345);
        var name = $"physics/alice/{folder.ProjectName}";

        var built = folder.Build().MustReturn(0);

        foreach (var image in new[] { "run-latest-root", $"run-{commit}-root", $"dev-{commit}-root", "run-latest-alice", $"run-{commit}-alice", "dev-latest-alice", $"dev-{commit}-alice" })
        {
            Assert.Contains($" {name}:amd64-cpu-{image}\n", built.StandardOutput);
        }

        const string Question = "id -u; id -g; id -un; echo $HOME $USER; alpha-say; study-say; touch ~/x $0 && sudo -n id -u";
        new ProcessRunner().Run(Part.Program("chmod"), "777", folder.Project).MustReturn(0);
        var run = folder.Firn("image", "run", "--", "sh", "-c", Question, "made").MustReturn(0);
        Assert.Equal("1234\n2345\nalice\n/home/alice alice\nalpha 1.1 speaks\nstudy speaks\n0\n", run.StandardOutput);
        Assert.Equal("1234:2345\n", new ProcessRunner().Run(Part.Program("stat"), "-c", "%u:%g", Path.Join(folder.Project, "made")).StandardOutput);
        Assert.Equal("alice\n", folder.Firn("image", "dev", "--read-only", "--", "sh", "-c", "study-say >/tmp/x && id -un").MustReturn(0).StandardOutput);
        var other = folder.Firn("image", "run", "--user", "4242", "--read-only", "--", "sh", "-c", "id -u; alpha-say; study-say; echo hi >$HOME/x");
        Assert.Equal("4242\nalpha 1.1 speaks\nstudy speaks\n", other.MustReturn(0).StandardOutput);
        Assert.Equal("alice", UserOf(folder, $"{name}:amd64-cpu-run-latest-alice"));

        UserImagesOfAnOlderCommitMustStay(folder, name, engines.RegistryHost);
    }

    private static void UserImagesOfAnOlderCommitMustStay(ImageFolder folder, string name, string registry)
    {
        var target = $"{registry}/{folder.Engine}/{folder.ProjectName}";
        var pushed = folder.Firn("image", "push", target, "--user").MustReturn(0);
        Assert.Equal(4, pushed.StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.All(pushed.StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries), static line => Assert.EndsWith("-alice", line));
        File.AppendAllText(Path.Join(folder.Installation, "Dockerfile"), "# later\n");
        folder.Commit();
        folder.Build("--generic", "--run").MustReturn(0);

        var refused = folder.Firn("image", "push", target, "--user");

        CleanFailure.Check(refused, 2);
        Assert.Contains($"{name}:amd64-cpu-run-latest-alice extends an older generic image", refused.StandardError);
    }

    private static string? UserOf(ImageFolder folder, string image)
    {
        using var facts = JsonDocument.Parse(folder.Ask("image", "inspect", image).MustReturn(0).StandardOutput);
        return facts.RootElement[0].GetProperty("Config").GetProperty("User").GetString();
    }
}
