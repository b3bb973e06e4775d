using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Images;

/// <summary>Builds that stop early, fail, are stopped or are for several processors, with real engines.</summary>
public sealed class ImageBuildTests(PublishedFirn firn, ContainerEngines engines) : IClassFixture<PublishedFirn>, IClassFixture<ContainerEngines>
{
    [SkippableTheory]
    [InlineData("docker")]
    [InlineData("podman")]
    [InlineData("buildah")]
    public void A_stage_is_built_and_tagged_by_its_name(string engine)
    {
        using var folder = new ImageFolder(firn, engines, engine);
        folder.Init();
        folder.Write("installation/docker-amd64-cpu/dependencies/note.txt", "not committed");

        var built = folder.Build("--until", "BUILD").MustReturn(0);

        Assert.Equal($"built {folder.Name}:amd64-cpu-until-build\n", built.StandardOutput);
        Assert.Contains($"firn: building {folder.Name}:amd64-cpu-until-build with {engine} ", built.StandardError);
        Assert.DoesNotContain($"{folder.Name}:firn-", Names(folder));
        var unknown = folder.Build("--until", "nope");
        CleanFailure.Check(unknown, 2);
        Assert.Contains("hint: there is build, runtime-generic, development-generic", unknown.StandardError);
    }

    /// <summary>Two stages are built at a time by BuildKit; the one that fails is meant, and its image is as it was before that step.</summary>
    [SkippableTheory]
    [InlineData("docker", "1")]
    [InlineData("docker", "0")]
    [InlineData("podman", "1")]
    [InlineData("buildah", "1")]
    public void Where_a_step_fails_the_image_before_it_can_be_looked_at(string engine, string buildKit)
    {
        using var folder = new ImageFolder(firn, engines, engine);
        folder.Variables["DOCKER_BUILDKIT"] = buildKit;
        folder.Init();
        var dockerfile = Path.Join(folder.Installation, "Dockerfile");
        File.WriteAllText(dockerfile, File.ReadAllText(dockerfile)
            .Replace("\n# Install more here", "\nRUN echo before > /made\nRUN --mount=type=cache,target=/x \\\n    sleep 2; ls /nowhere\n# Install more here")
            .Replace("\nCOPY --from=build /opt/env", "\nRUN sleep 6\nCOPY --from=build /opt/env"));
        folder.Commit();

        var failed = folder.Build("--generic", "--run", "--debug");

        failed.MustReturn(1);
        Assert.Contains("-run-latest-root failed at `RUN sleep 2; ls /nowhere`: ls: cannot access '/nowhere': No such file or directory\n", failed.StandardError);
        var image = $"{folder.Name}:amd64-cpu-debug";
        Assert.Contains($"{image}", failed.StandardError[failed.StandardError.LastIndexOf("hint: ", StringComparison.Ordinal)..]);
        Assert.Equal("before\n", Shell(folder, image, "cat /made").StandardOutput);
        Assert.DoesNotContain("ls /nowhere", folder.Ask(engine == "buildah" ? ["containers"] : ["ps", "--all", "--no-trunc"]).StandardOutput);
        Assert.DoesNotContain($"{folder.Name}:firn-", Names(folder));
    }

    [SkippableTheory]
    [InlineData("docker")]
    [InlineData("podman")]
    public void A_build_that_is_ended_says_by_which_signal_and_leaves_nothing(string engine)
    {
        using var folder = new ImageFolder(firn, engines, engine);
        folder.Init();
        var dockerfile = Path.Join(folder.Installation, "Dockerfile");
        File.WriteAllText(dockerfile, File.ReadAllText(dockerfile).Replace("\n# Install more here", "\nRUN echo now; sleep 600\n# Install more here"));
        folder.Commit();
        using var process = folder.Start("image", "build", "--network", "host", "--generic");
        string? line;
        do
        {
            line = process.StandardError.ReadLine();
        }
        while (line is not null && line != "now" && !line.EndsWith(" now", StringComparison.Ordinal));

        new ProcessRunner().Run(Part.Program("kill"), "-TERM", $"{process.Id}").MustReturn(0);

        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(143, process.ExitCode);
        Assert.EndsWith("error: cancelled\nhint: what was not finished is not there; run the command again\n", said);
        Assert.DoesNotContain(folder.Name, Names(folder));
    }

    /// <summary>i386 needs no emulator here, and the base of both is the same but for what it says of itself.</summary>
    [SkippableTheory]
    [InlineData("docker")]
    [InlineData("podman")]
    [InlineData("buildah")]
    public void Images_of_several_processors_have_tags_of_their_own_and_one_list(string engine)
    {
        var list = $"{engines.RegistryHost}/base/{engine}:3.11";
        using var maker = new ImageFolder(firn, engines, "podman");
        maker.Ask("import", "--os", "linux", "--arch", "386", "--message", "of another processor", ContainerEngines.BaseArchive, $"base-{engine}:386").MustReturn(0);
        maker.Ask("manifest", "create", list).MustReturn(0);
        maker.Ask("manifest", "add", list, $"containers-storage:localhost/{ContainerEngines.BaseImage}").MustReturn(0);
        maker.Ask("manifest", "add", list, $"containers-storage:localhost/base-{engine}:386").MustReturn(0);
        maker.Ask("manifest", "push", "--all", "--tls-verify=false", list, $"docker://{list}").MustReturn(0);
        maker.Ask("manifest", "rm", list).MustReturn(0);
        using var folder = new ImageFolder(firn, engines, engine);
        folder.Write("registries.conf", $"[[registry]]\nlocation = \"{engines.RegistryHost}\"\ninsecure = true\n");
        folder.Variables["CONTAINERS_REGISTRIES_CONF"] = Path.Join(folder.Project, "registries.conf");
        folder.Init();
        var file = Path.Join(folder.Installation, "compose-base.yaml");
        File.WriteAllText(file, File.ReadAllText(file).Replace($"BASE_IMAGE: {ContainerEngines.BaseImage}", $"BASE_IMAGE: {list}"));
        var commit = folder.Commit();

        var built = folder.Build("--generic", "--run", "--platform", "linux/amd64,linux/386").MustReturn(0);

        foreach (var processor in new[] { "amd64", "386" })
        {
            Assert.Contains($"built {folder.Name}:{processor}-cpu-run-latest-root\n      {folder.Name}:{processor}-cpu-run-{commit}-root\n", built.StandardOutput);
            Assert.Contains(processor, folder.Ask(engine == "buildah" ? ["inspect", "--type", "image", "--format", "{{.OCIv1.Architecture}}", $"{folder.Name}:{processor}-cpu-run-latest-root"]
                : ["image", "inspect", "--format", "{{.Architecture}}", $"{folder.Name}:{processor}-cpu-run-latest-root"]).StandardOutput);
        }

        Assert.Contains("386-cpu-run-latest-root is not captured: this firn is a program for amd64\n", built.StandardError);
        Assert.DoesNotContain($"{folder.Name}:firn-", Names(folder));
        if (engine == "docker")
        {
            Assert.Contains("warning: docker keeps no list of several processors under one name", built.StandardError);
            return;
        }

        Assert.Contains($"built {folder.Name}:cpu-run-latest-root\n      {folder.Name}:cpu-run-{commit}-root\n", built.StandardOutput);
        var shown = folder.Ask("manifest", "inspect", $"localhost/{folder.Name}:cpu-run-{commit}-root").MustReturn(0).StandardOutput;
        Assert.Contains("\"architecture\": \"amd64\"", shown);
        Assert.Contains("\"architecture\": \"386\"", shown);
    }

    /// <summary>podman cannot list while another test removes an image.</summary>
    private static string Names(ImageFolder folder)
    {
        ProcessResult? listed = null;
        Wait.Until(() => (listed = folder.Ask("images", "--format", folder.Engine == "buildah" ? "{{.Name}}:{{.Tag}}" : "{{.Repository}}:{{.Tag}}")).ExitCode == 0, () => listed!.StandardError);
        return listed!.StandardOutput;
    }

    private static ProcessResult Shell(ImageFolder folder, string image, string command)
    {
        if (folder.Engine != "buildah")
        {
            return folder.Ask("run", "--rm", "--entrypoint", "/bin/sh", "--network", "host", image, "-c", command).MustReturn(0);
        }

        var container = folder.Ask("from", "--pull-never", image).MustReturn(0).StandardOutput.Trim();
        var said = folder.Ask("run", container, "--", "/bin/sh", "-c", command).MustReturn(0);
        folder.Ask("rm", container).MustReturn(0);
        return said;
    }
}
