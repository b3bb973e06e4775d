using Firn.Common;
using Firn.Common.Files;
using Firn.Images.Installations;
using Firn.Images.Scaffold;
using Firn.Workflows.Images;

namespace Firn.Tests.Images;

/// <summary>Installations as firn writes them, and as checkouts of the labs' template have them, are read alike.</summary>
public sealed class InstallationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(ImageBase.FromPython, "cuda", "run-local-cuda")]
    [InlineData(ImageBase.FromPython, "rocm", "run-local-rocm")]
    [InlineData(ImageBase.FromPython, "cpu", "run-local-cpu")]
    [InlineData(ImageBase.FromScratch, "cuda", "dev-local-cuda")]
    [InlineData(ImageBase.FromScratch, "mps", "dev-local-cpu")]
    public void What_init_writes_is_read(ImageBase chosen, string acceleration, string service)
    {
        var installation = Written(new StartInstallationRequest
        {
            Folder = _folder.Path,
            Base = chosen,
            Platform = "amd64",
            Acceleration = acceleration,
            Name = "study",
            Suffix = "small",
        });

        Assert.Equal($"amd64-{acceleration}-small", installation.Platform);
        Assert.Equal(InstallationOrigin.Firn, installation.Origin);
        Assert.Contains(service, installation.Services.Keys);
        Assert.All(installation.Services.Values, static read => Assert.Empty(read.Unknown));
        Assert.Equal(4, installation.Images.Length);
        Assert.EndsWith($"/study:amd64-{acceleration}-small-dev-latest-root", installation.Image(ImageStage.Dev, false).Reference.ToString(), StringComparison.Ordinal);
        Assert.Equal("runtime-generic", installation.Image(ImageStage.Run, false).Service.Target);
        Assert.NotEmpty(installation.Image(ImageStage.Run, false).Service.Arguments["BASE_IMAGE"]);
        var run = installation.Services[service];
        Assert.Equal($"{_folder.Path}:/project/study", run.Volumes[0]);
        Assert.Equal(acceleration == "cuda" && service.EndsWith("cuda", StringComparison.Ordinal), run.WantsGpu);
        Assert.Equal(acceleration == "rocm" ? 2 : 0, run.Devices.Length);
    }

    [Fact]
    public void Settings_of_the_user_come_before_those_of_the_project()
    {
        Written(new StartInstallationRequest { Folder = _folder.Path, Platform = "amd64", Name = "study" });
        var folder = Path.Join(_folder.Path, "installation", "docker-amd64-cuda");
        File.WriteAllText(
            Path.Join(folder, ".env"),
            "USR=alice\r\nUSRID=1234\r\nGRPID=1234\r\nGRP=lab\r\nLAB_NAME=physics\r\nIMAGE_NAME=${LAB_NAME}/${USR}/other\r\nPROJECT_ROOT_AT=/work\r\n");

        var installation = new InstallationReader(SystemContext.OfThisProcess()).Read(folder, CancellationToken.None);

        Assert.Equal("physics/alice/other:amd64-cuda-run-latest-alice", installation.Image(ImageStage.Run, true).Reference.ToString());
        Assert.Equal("1234", installation.Image(ImageStage.Run, true).Service.Arguments["USRID"]);
        Assert.Equal($"{_folder.Path}:/work", installation.Services["run-local-cpu"].Volumes[0]);
    }

    [Fact]
    public void A_checkout_of_the_template_is_understood()
    {
        var folder = Path.Join(_folder.Path, "installation", "docker-amd64-cuda");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Join(folder, "Dockerfile"), "ARG BASE_IMAGE\nFROM ${BASE_IMAGE} AS runtime-generic\n");
        File.WriteAllText(Path.Join(folder, "template.sh"), "ENV_TEXT=$(\n  cat <<-EOF\nUSRID=$(id -u)\nPROJECT_ROOT_AT=/project/study\nACCELERATION=cuda\nPROJECT_NAME=study\nPACKAGE_NAME=study_package\nIMAGE_PLATFORM=amd64-cuda\nEOF\n)\n");
        File.WriteAllText(Path.Join(folder, "compose-base.yaml"), "services:\n  args-run-root:\n    build:\n      args:\n        BASE_IMAGE: some/base:1\n");
        File.WriteAllText(Path.Join(folder, "compose.yaml"), """
            services:
              image-run-root:
                extends: {file: compose-base.yaml, service: args-run-root}
                image: ${IMAGE_NAME}:${IMAGE_PLATFORM}-run-latest-root
                build:
                  platforms: ["linux/amd64"]
                  context: .
                  target: runtime-generic
                  args: {PROJECT_NAME: "${PROJECT_NAME}"}
              image-run-user:
                extends: {service: image-run-root}
                image: ${IMAGE_NAME}:${IMAGE_PLATFORM}-run-latest-${USR}
                build: {dockerfile: Dockerfile-user, target: runtime-user}
              run-local-cpu:
                extends: {service: image-run-user}
                tty: true
                volumes: ["../..:${PROJECT_ROOT_AT}"]
                ulimits: {memlock: -1, stack: 67108864}
              run-local-cuda:
                extends: {service: run-local-cpu}
                deploy: {resources: {reservations: {devices: [{driver: nvidia, capabilities: [gpu]}]}}}
            """);

        var installation = new InstallationReader(SystemContext.OfThisProcess()).Read(folder, CancellationToken.None);

        Assert.Equal(InstallationOrigin.Template, installation.Origin);
        var generic = installation.Image(ImageStage.Dev, false);
        Assert.Equal(("some/base:1", "study", "runtime-generic"), (generic.Service.Arguments["BASE_IMAGE"], generic.Service.Arguments["PROJECT_NAME"], generic.Service.Target));
        var run = installation.Services["run-local-cuda"];
        Assert.True(run.WantsGpu);
        Assert.Equal("memlock=-1 stack=67108864", string.Join(" ", run.Ulimits));
        Assert.Equal($"{_folder.Path}:/project/study", run.Volumes.Single());
        Assert.EndsWith("Dockerfile-user", run.Dockerfile, StringComparison.Ordinal);
        Assert.Equal("runtime-user", run.Target);
    }

    [Fact]
    public void A_service_that_extends_itself_is_refused()
    {
        Written(new StartInstallationRequest { Folder = _folder.Path, Platform = "amd64" });
        var folder = Path.Join(_folder.Path, "installation", "docker-amd64-cuda");
        File.WriteAllText(Path.Join(folder, "compose.yaml"), "services:\n  a:\n    extends: {service: a}\n");

        var failure = Assert.Throws<FirnException>(() => new InstallationReader(SystemContext.OfThisProcess()).Read(folder, CancellationToken.None));

        Assert.Contains("extends itself", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cuda", "rocm")]
    [InlineData("rocm", "cuda")]
    [InlineData("cpu", "cuda")]
    [InlineData("cuda", "cpu")]
    public void An_installation_of_another_acceleration_is_the_one_that_init_would_write(string from, string to)
    {
        var workflow = new ImageInstallations(SystemContext.OfThisProcess());
        Written(new StartInstallationRequest { Folder = _folder.Path, Platform = "amd64", Acceleration = from, Name = "study" });

        var moved = workflow.ChangePlatform(_folder.Path, $"amd64-{from}", $"amd64-{to}", keepsOld: false).Folder;

        Assert.False(Directory.Exists(Path.Join(_folder.Path, "installation", $"docker-amd64-{from}")));
        var expected = workflow.Plan(new StartInstallationRequest { Folder = _folder.Path, Platform = "amd64", Acceleration = to, Name = "study" });
        Assert.All(expected.Files, file => Assert.Equal(file.New, file.Old));
        Assert.Equal($"amd64-{to}", new InstallationReader(SystemContext.OfThisProcess()).Read(moved, CancellationToken.None).Platform);
    }

    [Theory]
    [InlineData("amd64", "arm64")]
    [InlineData("arm64", "amd64")]
    public void An_installation_of_another_processor_has_the_solver_for_it(string from, string to)
    {
        var workflow = new ImageInstallations(SystemContext.OfThisProcess());
        StartInstallationRequest Request(string platform) => new()
        {
            Folder = _folder.Path,
            Base = ImageBase.FromScratch,
            Platform = platform,
            Acceleration = "cpu",
            Name = "study",
        };
        Written(Request(from));
        Assert.Contains("SOLVER_SHA256: ", File.ReadAllText(Path.Join(_folder.Path, "installation", $"docker-{from}-cpu", "compose-base.yaml")), StringComparison.Ordinal);

        workflow.ChangePlatform(_folder.Path, $"{from}-cpu", $"{to}-cpu", keepsOld: true);

        Assert.All(workflow.Plan(Request(to)).Files, file => Assert.Equal(file.New, file.Old));
    }

    [Fact]
    public void A_move_is_followed_where_the_project_names_the_installation()
    {
        Written(new StartInstallationRequest { Folder = _folder.Path, Platform = "amd64", Name = "study" });
        Write("firn.yaml", "environment: {image: docker-amd64-cuda}\nanalyses:\n  amd64-cuda/fit: {command: fit, environment: {image: amd64-cuda}}\n"
            + "  a/b: {command: fit, environment: {image: docker-amd64-cuda-small}}\n  a/c: {command: fit, environment: {image: 'lab/x:amd64-cuda-run-latest-root'}}\n");
        Write(".devcontainer/devcontainer.json", "{\"dockerComposeFile\": [\"../installation/docker-amd64-cuda/compose.yaml\"]}");
        Write("submit/slurm/job.sbatch", "# a\nimage=lab/x:amd64-cuda-run-latest-root\n");

        var changed = new ImageInstallations(SystemContext.OfThisProcess()).ChangePlatform(_folder.Path, "amd64-cuda", "amd64-cpu", keepsOld: false);

        Assert.Equal("firn.yaml .devcontainer/devcontainer.json", string.Join(' ', changed.Changed));
        Assert.Equal("firn.yaml:5 submit/slurm/job.sbatch:2", string.Join(' ', changed.Left));
        Assert.Equal(
            "environment: {image: docker-amd64-cpu}\nanalyses:\n  amd64-cuda/fit: {command: fit, environment: {image: amd64-cpu}}\n"
            + "  a/b: {command: fit, environment: {image: docker-amd64-cuda-small}}\n  a/c: {command: fit, environment: {image: 'lab/x:amd64-cuda-run-latest-root'}}\n",
            File.ReadAllText(Path.Join(_folder.Path, "firn.yaml")));
        Assert.Contains("../installation/docker-amd64-cpu/compose.yaml", File.ReadAllText(Path.Join(_folder.Path, ".devcontainer", "devcontainer.json")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("USR=An na\n", "/.env: line 1: USR=An na: ")]
    [InlineData("# mine\nLAB_NAME=Physics Lab\n", "/.env: line 2: ")]
    [InlineData("IMAGE_NAME=x y\n", "/.env: line 1: ")]
    public void A_setting_of_which_no_name_can_be_made_is_named_by_its_line(string settings, string where)
    {
        var installation = Written(new StartInstallationRequest { Folder = _folder.Path, Platform = "amd64" });
        Write($"installation/{installation.Name}/.env", settings);

        var failure = Assert.Throws<FirnException>(() => new InstallationReader(SystemContext.OfThisProcess()).Read(installation.Folder, CancellationToken.None));

        Assert.Contains(where, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".env", "USRID=abc\r\n", "line 1: USRID=abc")]
    [InlineData("project.env", "junk\n", "line 1 is not KEY=VALUE")]
    public void Settings_are_refused_before_anything_is_built(string file, string settings, string problem)
    {
        var installation = Written(new StartInstallationRequest { Folder = _folder.Path, Platform = "amd64" });
        Write($"installation/{installation.Name}/{file}", settings + (file == "project.env" ? "PROJECT_NAME=study\nCOMPOSE_FILE=compose-base.yaml:compose.yaml\n" : string.Empty));

        var failure = Assert.Throws<FirnException>(() => new BuildImages(SystemContext.OfThisProcess()).Run(
            new BuildImagesRequest { Selection = new InstallationSelection { Folder = _folder.Path } }));

        Assert.Equal(FailureKind.InvalidRequest, failure.Kind);
        Assert.Contains($"{file}: {problem}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_environment_that_is_locked_needs_no_solver()
    {
        File.WriteAllText(Path.Join(_folder.Path, "environment.yml"), "channels: [conda-forge]\ndependencies: [python=3.12.1=h0_0_cpython]\n");
        var plan = new ImageInstallations(SystemContext.OfThisProcess()).Plan(new StartInstallationRequest { Folder = _folder.Path, Platform = "amd64" });

        Assert.DoesNotContain(plan.Files, static file => file.New.Contains("SOLVER_URL", StringComparison.Ordinal));
        Assert.Contains(plan.Files, static file => file.New.Contains("firn create -f /opt/template-dependencies/environment.yml", StringComparison.Ordinal));
    }

    [Fact]
    public void Requirements_with_digests_become_a_list_of_pip_that_a_solver_takes()
    {
        File.WriteAllText(Path.Join(_folder.Path, "requirements.txt"), "--index-url https://host/simple\n-e .\nalpha==1.0 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\nbeta>=1  # why\n");
        var plan = new ImageInstallations(SystemContext.OfThisProcess()).Plan(
            new StartInstallationRequest { Folder = _folder.Path, Platform = "amd64", Base = ImageBase.FromScratch });

        var spec = plan.Files.Single(static file => file.Path.EndsWith("environment.yml", StringComparison.Ordinal)).New;
        Assert.EndsWith("  - pip:\n      - --index-url https://host/simple\n      - alpha==1.0\n      - beta>=1\n", spec, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_can_be_read_by_nobody_else_from_the_first_moment()
    {
        var path = Path.Join(_folder.Path, ".env");

        using var staged = AtomicFile.Stage(path, "KEY=secret\n"u8, isPrivate: true);

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Directory.GetFiles(_folder.Path).Single()));
        }
    }

    [Fact]
    public void Prose_about_a_processor_is_not_renamed()
    {
        var text = PlatformRename.Renamed("On amd64 machines, amd64-cuda; see amd64-cuda-run-latest and myamd64-cuda.", "amd64-cuda", "arm64-cpu", "README.md");

        Assert.Equal("On amd64 machines, arm64-cpu; see arm64-cpu-run-latest and myamd64-cuda.", text);
    }

    [Theory]
    [InlineData("Study", "not in lower case")]
    [InlineData("a b", "may hold")]
    [InlineData("a/b", "slash")]
    public void A_name_that_no_image_can_have_is_refused_at_once(string name, string reason)
    {
        var failure = Assert.Throws<FirnException>(() => new ImageInstallations(SystemContext.OfThisProcess()).Plan(
            new StartInstallationRequest { Folder = _folder.Path, Name = name }));

        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }

    private void Write(string name, string text)
    {
        var path = Path.Join(_folder.Path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private Installation Written(StartInstallationRequest request)
    {
        var plan = new ImageInstallations(SystemContext.OfThisProcess()).Plan(request);
        plan.Write();
        return new InstallationReader(SystemContext.OfThisProcess()).Read(
            Path.Join(_folder.Path, Path.GetDirectoryName(plan.Files[0].Path)), CancellationToken.None);
    }
}
