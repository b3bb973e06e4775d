using System.Text.Json;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Images;

/// <summary>From a project with a requirement file to images that run, with real engines, a registry and a base image of Debian's.</summary>
public sealed class ImageTests(PublishedFirn firn, ContainerEngines engines) : IClassFixture<PublishedFirn>, IClassFixture<ContainerEngines>
{
    [SkippableTheory]
    [InlineData("docker")]
    [InlineData("podman")]
    public void A_project_becomes_images_that_run_for_any_user(string engine)
    {
        using var folder = new ImageFolder(firn, engines, engine);
        var commit = folder.Init();

        var built = folder.Build("--generic").MustReturn(0);

        Assert.Contains($"built {folder.Name}:amd64-cpu-run-latest-root\n      {folder.Name}:amd64-cpu-run-{commit}-root\n      firn1:sha256:", built.StandardOutput);
        Assert.Contains($"      {folder.Name}:amd64-cpu-dev-{commit}-root\n", built.StandardOutput);
        foreach (var options in new string[][] { [], ["--user", "1234:1234"], ["--user", "4242", "--read-only"] })
        {
            var run = folder.Firn(["image", "run", .. options, "--", "sh", "-c", "alpha-say; study-say; pwd; id -u; exit 3"]);
            run.MustReturn(3);
            Assert.Equal($"alpha 1.1 speaks\nstudy speaks\n/project/{folder.ProjectName}\n{(options.Length == 0 ? "0" : options[1].Split(':')[0])}\n", run.StandardOutput);
        }

        var listed = folder.Firn("image", "list-env").MustReturn(0);
        Assert.Matches("(?m)^alpha +1\\.1 +pip$", listed.StandardOutput);
        // Nothing of the work is left, and nothing of root's in the checkout.
        Assert.DoesNotContain($"{folder.Name}:firn-", folder.Ask("images", "--format", "{{.Repository}}:{{.Tag}}").StandardOutput);
        Assert.DoesNotContain("firn-capture", folder.Ask("ps", "--all").StandardOutput);
        Assert.Empty(folder.Git("status", "--porcelain", "--ignored", "src").StandardOutput);
    }

    [SkippableTheory]
    [InlineData("docker")]
    [InlineData("podman")]
    [InlineData("buildah")]
    public void Images_go_to_a_registry_and_come_back_with_all_their_tags(string engine)
    {
        using var folder = new ImageFolder(firn, engines, engine);
        var commit = folder.Init();
        folder.Build("--generic").MustReturn(0);
        // Later commits are none of the image's business.
        folder.Write("notes.txt", "later");
        folder.Commit();
        var name = $"{engines.RegistryHost}/{engine}/{folder.ProjectName}";

        var pushed = folder.Firn("image", "push", name).MustReturn(0);

        string[] tags = ["amd64-cpu-run-latest-root", $"amd64-cpu-run-{commit}-root", "amd64-cpu-dev-latest-root", $"amd64-cpu-dev-{commit}-root"];
        Assert.Equal(string.Concat(tags.Select(tag => $"pushed {name}:{tag}\n")), pushed.StandardOutput);
        folder.Ask(["rmi", "--force", .. tags.SelectMany(tag => new[] { $"{name}:{tag}", $"{folder.Name}:{tag}" })]).MustReturn(0);
        var pulled = folder.Firn("image", "pull", name).MustReturn(0);
        Assert.Equal(string.Concat(tags.Select(tag => $"pulled {folder.Name}:{tag}\n")), pulled.StandardOutput);
        Assert.Equal(2, folder.Firn("image", "show").MustReturn(0).StandardOutput.Split("built from ").Length - 1);
    }

    [SkippableFact]
    public void An_image_says_what_it_was_built_from_and_the_store_keeps_what_is_in_it()
    {
        using var folder = new ImageFolder(firn, engines, "docker");
        folder.Init();
        folder.Build("--generic", "--run").MustReturn(0);

        using var inspected = JsonDocument.Parse(folder.Ask("image", "inspect", $"{folder.Name}:amd64-cpu-run-latest-root").MustReturn(0).StandardOutput);
        var labels = inspected.RootElement[0].GetProperty("Config").GetProperty("Labels");
        Assert.Equal(folder.Git("rev-parse", "HEAD").StandardOutput.Trim(), labels.GetProperty("org.opencontainers.image.revision").GetString());
        Assert.Equal(ContainerEngines.BaseImage, labels.GetProperty("org.opencontainers.image.base.name").GetString());
        var id = labels.GetProperty("firn.environment-id").GetString();
        var kept = folder.Firn("results", "fetch", $"image/{folder.ProjectName}-amd64-cpu-run", "environment.json", "-o", Path.Join(folder.Project, "kept.json"));
        kept.MustReturn(0);
        using var capture = JsonDocument.Parse(File.ReadAllText(Path.Join(folder.Project, "kept.json")));
        Assert.Equal(id, capture.RootElement.GetProperty("environment_id").GetString());
    }

    [SkippableTheory]
    [InlineData("docker")]
    [InlineData("podman")]
    public void Frozen_lists_are_exact_and_build_the_same_environment(string engine)
    {
        using var folder = new ImageFolder(firn, engines, engine);
        folder.Init();
        var first = folder.Build("--generic", "--run").MustReturn(0);
        var image = $"{folder.Name}:amd64-cpu-run-latest-root";
        var list = Path.Join(folder.Installation, "dependencies", "requirements.txt");
        var before = File.ReadAllText(list);

        var shown = folder.Firn("freeze", "--in", image, "--dry-run").MustReturn(0);
        Assert.Contains("\n-alpha\n+alpha==1.1\n", shown.StandardOutput);
        Assert.Equal(before, File.ReadAllText(list));

        // The list is of a newer image than this one.
        File.AppendAllText(list, "not-there\n");
        Assert.Contains("warning: requirements.txt names what is not installed there, and keeps its lines: not-there\n", folder.Firn("freeze", "--in", image, "--dry-run").MustReturn(0).StandardError);
        File.WriteAllText(list, before);

        folder.Firn("freeze", "--in", image, "--yes").MustReturn(0);
        Assert.Equal(
            before.TrimEnd('\n').Replace("\nalpha", "\nalpha==1.1") + "\n\n# What these brought along, written by firn freeze:\nbeta==1.2\n", File.ReadAllText(list));
        folder.Commit();
        var second = folder.Build("--generic", "--run").MustReturn(0);
        Assert.Equal(IdIn(first), IdIn(second));
        Assert.Contains("is there already:", folder.Firn("freeze", "--in", image).MustReturn(0).StandardOutput);
    }

    [SkippableFact]
    public void A_step_that_fails_is_named_and_leaves_the_tags_as_they_were()
    {
        using var folder = new ImageFolder(firn, engines, "docker");
        folder.Init();
        folder.Build("--generic").MustReturn(0);
        var before = Tags(folder);
        File.AppendAllText(Path.Join(folder.Installation, "dependencies", "requirements.txt"), "no-such-package\n");
        folder.Commit();

        var failed = folder.Build("--generic");

        failed.MustReturn(1);
        Assert.Contains(
            "run-latest-root failed at `RUN sh /opt/template-dependencies/make-env.sh requirements.txt`: Could not find a version that satisfies the requirement no-such-package",
            failed.StandardError);
        Assert.Contains("\nhint: check the name and the version in dependencies/requirements.txt", failed.StandardError);
        Assert.Equal(before, Tags(folder));
    }

    [SkippableFact]
    public void Uncommitted_files_are_named_and_a_build_of_them_has_no_tag_of_a_commit()
    {
        using var folder = new ImageFolder(firn, engines, "docker");
        var commit = folder.Init();
        folder.Firn("image", "env").MustReturn(0);
        File.AppendAllText(Path.Join(folder.Installation, "Dockerfile"), "# mine\n");

        var refused = folder.Build("--generic");
        CleanFailure.Check(refused, 2);
        Assert.Contains("installation/docker-amd64-cpu/Dockerfile", refused.StandardError);
        Assert.Contains("--allow-dirty", refused.StandardError);

        var built = folder.Build("--run", "--allow-dirty").MustReturn(0);
        Assert.DoesNotContain(commit, built.StandardOutput);
        Assert.Contains("firn: no images of a user are built: .env names root", built.StandardError);

        // The image that this one replaces has no name any more, and nor has the one before its labels.
        File.AppendAllText(Path.Join(folder.Installation, "dependencies", "requirements.txt"), "# mine\n");
        folder.Build("--run", "--allow-dirty").MustReturn(0);
        Assert.Empty(folder.Ask("images", "--quiet", "--filter", "dangling=true", "--filter", $"label=org.opencontainers.image.title={folder.ProjectName}").MustReturn(0).StandardOutput);
    }

    [SkippableTheory]
    [InlineData("docker")]
    [InlineData("podman")]
    [InlineData("buildah")]
    public void An_image_for_another_processor_than_its_tags_say_is_not_built(string engine)
    {
        using var folder = new ImageFolder(firn, engines, engine);
        folder.Firn("image", "init", "--from-python", ContainerEngines.BaseImage, "--acceleration", "cpu", "--platform", "arm64", "--name", folder.ProjectName).MustReturn(0);
        folder.Commit();

        var refused = folder.Build("--generic");

        CleanFailure.Check(refused, 2);
        Assert.Contains($"docker-arm64-cpu is for arm64, and its base {ContainerEngines.BaseImage} is for amd64\n", refused.StandardError);
        Assert.Contains("`firn image platform copy arm64-cpu amd64-cpu`", refused.StandardError);

        // Nothing is known of a base that is not here but what the engine would fetch.
        ImageFolder.Edit(Path.Join(folder.Project, "installation", "docker-arm64-cpu", "compose-base.yaml"), (ContainerEngines.BaseImage, "registry.invalid/none:1"));
        folder.Commit();
        var unknown = folder.Build("--generic");
        CleanFailure.Check(unknown, 2);
        Assert.Contains($"is for arm64, and {engine} builds for amd64 here\n", unknown.StandardError);
    }

    [SkippableFact]
    public void What_cannot_be_is_said_before_anything_is_built()
    {
        using var folder = new ImageFolder(firn, engines, "docker");
        CleanFailure.Check(folder.Build(), 2);
        folder.Init();
        CleanFailure.Check(folder.Build("--user"), 2);
        CleanFailure.Check(folder.Firn("image", "run", "--", "true"), 2);
        CleanFailure.Check(folder.Firn("image", "run"), 2);
        CleanFailure.Check(folder.Firn("image", "push", "Host/Name"), 2);
        CleanFailure.Check(folder.Firn("image", "push", "host.example/name:tag"), 2);
        CleanFailure.Check(folder.Firn("image", "build", "--engine", "rocket"), 2);
        folder.Variables["DOCKER_HOST"] = "unix:///nowhere";
        var stopped = folder.Build("--generic");
        CleanFailure.Check(stopped, 1);
        Assert.Contains("does not reach its daemon", stopped.StandardError);
    }

    /// <summary>The environment id that a build printed.</summary>
    internal static string IdIn(ProcessResult built) =>
        built.StandardOutput.Split('\n').Select(static line => line.Trim().Split(' ')[0]).First(static word => word.StartsWith("firn1:", StringComparison.Ordinal));

    /// <summary>The tags with their images.</summary>
    private static IEnumerable<string> Tags(ImageFolder folder) =>
        folder.Ask("images", "--format", "{{.Tag}} {{.ID}}", folder.Name).MustReturn(0).StandardOutput.Split('\n').Order(StringComparer.Ordinal);
}
