using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Images;

/// <summary>A checkout of the labs' Docker template, in which no file is moved, works with <c>firn image</c>.</summary>
public sealed class TemplateCheckoutTests(PublishedFirn firn, ContainerEngines engines) : IClassFixture<PublishedFirn>, IClassFixture<ContainerEngines>
{
    /// <summary>The base as the template expects one: a <c>python</c> whose packages pip may change.</summary>
    private const string Base = "lab/template-base:12";

    [SkippableFact]
    public void A_checkout_builds_runs_and_goes_to_a_registry()
    {
        using var folder = new ImageFolder(firn, engines, "docker");
        folder.BuildImage(
            Base, $"FROM {ContainerEngines.BaseImage}\nRUN rm /usr/lib/python3.11/EXTERNALLY-MANAGED && ln -s python3 /usr/bin/python\n");
        var commit = Checkout(folder);

        var shown = folder.Firn("image", "show").MustReturn(0).StandardOutput;
        Assert.Contains("written by    the Docker template\n", shown);
        Assert.Contains($"base          {Base}\n", shown);
        folder.Firn("image", "env").MustReturn(0);
        folder.SetUser("alice", 1234, "lab", 2345);
        var name = $"physics/alice/{folder.ProjectName}";

        var built = folder.Build().MustReturn(0);

        Assert.Contains($"built {name}:amd64-cuda-run-latest-root\n      {name}:amd64-cuda-run-{commit}-root\n      firn1:sha256:", built.StandardOutput);
        Assert.Contains($"built {name}:amd64-cuda-dev-latest-alice\n      {name}:amd64-cuda-dev-{commit}-alice\n", built.StandardOutput);
        Assert.Matches("(?m)^alpha +1\\.1 +pip$", folder.Firn("image", "list-env").MustReturn(0).StandardOutput);
        MustRun(folder);
        var target = $"{engines.RegistryHost}/template/{folder.ProjectName}";
        Assert.Equal(8, folder.Firn("image", "push", target, "--all").MustReturn(0).StandardOutput.Split("pushed ").Length - 1);
    }

    /// <summary>The template's own entrypoint installs the project with pip, which is told not to fetch a build backend.</summary>
    private static void MustRun(ImageFolder folder)
    {
        new ProcessRunner().Run(Part.Program("chmod"), "-R", "a+rwX", folder.Project).MustReturn(0);
        foreach (var verb in new[] { "run", "dev" })
        {
            var ran = folder.Firn("image", verb, "-e", "PIP_NO_BUILD_ISOLATION=0", "-e", "GIVEN=a b", "--", "sh", "-c", "id -un; pwd; echo $GIVEN; alpha-say; python -c 'import study; study.main()'; exit 3");
            ran.MustReturn(3);
            Assert.EndsWith($"alice\n/project/{folder.ProjectName}\na b\nalpha 1.1 speaks\nstudy speaks\n", ran.StandardOutput);
        }
    }

    /// <summary>
    /// The project's names are set as the template's script sets them. Then the edits of a user without the internet: another base
    /// without an entrypoint; no plugins of zsh from GitHub; no library for MKL, which needs gcc; only system packages that the base
    /// has; packages from an index on loopback; and no ulimits, which this machine may not raise.
    /// </summary>
    private static string Checkout(ImageFolder folder)
    {
        folder.CopyTemplate();
        // As in the .gitignore of the template.
        folder.Write(".gitignore", ".env\n");
        foreach (var path in Directory.GetFiles(folder.TemplateInstallation, "*", SearchOption.AllDirectories))
        {
            ImageFolder.Edit(path, ("template-project-name", folder.ProjectName), ("template_package_name", "study"));
        }

        string Of(string relative) => Path.Join(folder.TemplateInstallation, relative);
        ImageFolder.Edit(
            Of("compose-base.yaml"), ("nvcr.io/nvidia/pytorch:23.10-py3", Base), ("alpine/git:2.40.1", Base), ("/opt/nvidia/nvidia_entrypoint.sh", "/opt/template-entrypoints/dummy.sh"));
        ImageFolder.Edit(
            Of("Dockerfile"), ("RUN git clone --depth 1 ${PURE_URL}", "RUN mkdir -p"), ("RUN git clone --depth 1 ${ZSHA_URL}", "RUN mkdir -p"),
            ("RUN git clone --depth 1 ${ZSHS_URL}", "RUN mkdir -p"), ("COPY --link --from=build-fakeintel --chmod=777 ${FAKEINTEL_PATH} ${FAKEINTEL_PATH}\n", ""),
            ("ENV LD_PRELOAD=${FAKEINTEL_PATH}:${LD_PRELOAD}\n", ""));
        ImageFolder.Edit(Of("compose.yaml"), ("    ulimits:                  # Edit as needed (NGC default recommendations).\n      memlock: -1\n      stack: 67108864\n", ""));
        File.WriteAllText(Of("dependencies/apt-runtime.txt"), "zsh\nopenssl\nca-certificates\n");
        File.WriteAllText(Of("dependencies/apt-dev.txt"), "sudo\n");
        File.Copy(Path.Join(folder.Project, "requirements.txt"), Of("dependencies/requirements.txt"), overwrite: true);
        return folder.Commit();
    }
}
