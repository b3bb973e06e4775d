using System.Text.Json;
using Firn.Common;
using Firn.Images.Building;
using Firn.Images.Scaffold;
using Firn.Tests.Documents;
using Firn.Workflows.Images;

namespace Firn.Tests.Images;

/// <summary>What is said of checkouts of the template, of Dockerfiles, and of installations of Firn's.</summary>
public sealed class AdoptionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("run-latest-root", true)]
    [InlineData("root-latest", false)]
    public void A_checkout_of_the_template_is_told_apart_from_what_its_user_did(string tag, bool hasDev)
    {
        Checkout(tag, hasDev);
        Write("Dockerfile", "# syntax = docker/dockerfile:1\nARG BASE_IMAGE\nFROM ${BASE_IMAGE} AS runtime-apt-pkgs\nCOPY --link dependencies/apt-build.txt ${BUILD_DEPENDENCIES_FILE}\n"
            + "RUN pip install -r ${PIP_REQS_FILE}\n# mine\nRUN make https://me:secret@host/\nENV API_TOKEN=secret\n");
        Write(".env", "USR=alice\nUSRID=1000\nGRP=lab\nGRPID=1000\nLAB_NAME=lab\nPROJECT_NAME=study\nPROJECT_ROOT_AT=/project/study\nSTUDY=secret\nWANDB_API_KEY=secret\nIMAGE_NAME=${LAB_NAME}/${USR}/${PROJECT_NAME}\n");
        Write("dependencies/tool.patch", "x\n");

        var report = Look();

        Assert.Equal((AdoptionKind.Template, hasDev), (report.Kind, report.HasDevImage));
        Assert.Equal(("some/base:1", "amd64", "cuda", "lab/alice/study"), (report.BaseImage, report.Platform, report.Acceleration, report.ImageName));
        Assert.Contains($"amd64-cuda-{tag.Replace("latest", "COMMIT", StringComparison.Ordinal)}", report.Tags);
        Assert.Equal(
            ["Dockerfile:7:RUN make https://host/", "Dockerfile:8:ENV API_TOKEN=***", "compose.yaml:21:notebook:"],
            report.OwnLines.Select(static line => $"{line.Path}:{line.Line}:{line.Text}").Take(3));
        Assert.Equal("notebook", Assert.Single(report.OwnServices));
        Assert.Equal("dependencies/tool.patch", Assert.Single(report.OwnFiles));
        Assert.Contains("STUDY", report.OwnSettings);
        Assert.Contains("WANDB_API_KEY", report.OwnSettings);
        Assert.DoesNotContain("IMAGE_NAME", report.OwnSettings);
        Assert.Equal(
            ["syntax-from-hub:1", "no-gpu-asked:3", "copy-link:4", "pip-into-base:5"],
            report.Defects.Where(static defect => defect.At.Path == "Dockerfile").Select(static defect => $"{defect.Code}:{defect.At.Line}"));
        Assert.Equal("firn image init --from-python some/base:1 --platform amd64 --acceleration cuda --name study --dry-run", report.Command);
        using var document = Document(report);
        Assert.Empty(Schema().Undescribed(document.RootElement));
        Assert.DoesNotContain("secret", document.RootElement.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_user_mended_is_no_defect()
    {
        Checkout("run-latest-root", hasDev: true);
        Write("compose-base.yaml", $"services:\n  args-run-root:\n    build:\n      args:\n        BASE_IMAGE: nvcr.io/nvidia/pytorch@sha256:{new string('a', 64)}\n");
        Write("Dockerfile", "FROM ${BASE_IMAGE} AS runtime-generic\n    gcc -shared -fPIC -o /opt/fakeintel/libfakeintel.so /tmp/fakeintel.c\n");
        Write("dependencies/apt-build.txt", "build-essential\n");

        Assert.Equal(["compose-extends", "compose-platforms", "no-interpreter"], Look().Defects.Select(static defect => defect.Code).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(ImageBase.FromPython)]
    [InlineData(ImageBase.FromScratch)]
    public void An_installation_of_firn_is_compared_with_what_this_firn_writes(ImageBase chosen)
    {
        new ImageInstallations(SystemContext.OfThisProcess()).Plan(
            new StartInstallationRequest { Folder = _folder.Path, Base = chosen, Platform = "amd64", Acceleration = "rocm", Suffix = "small", Name = "study" }).Write();
        var unchanged = Look();
        var folder = Path.Join(_folder.Path, "installation", "docker-amd64-rocm-small");
        File.AppendAllText(Path.Join(folder, "Dockerfile"), "RUN mine\n");
        File.Delete(Path.Join(folder, "README.md"));

        var changed = Look();

        Assert.Equal(AdoptionKind.Firn, unchanged.Kind);
        Assert.Empty(unchanged.Differences);
        Assert.Equal(["Dockerfile 0 1 False", "README.md 29 0 True"], changed.Differences.Select(static file => $"{Path.GetFileName(file.Path)} {file.Added} {file.Removed} {file.IsMissing}"));
        using var document = Document(changed);
        Assert.Empty(Schema().Undescribed(document.RootElement));
    }

    [Fact]
    public void The_steps_of_a_Dockerfile_of_ones_own_have_their_places()
    {
        File.WriteAllText(Path.Join(_folder.Path, "requirements.txt"), "numpy\n");
        File.WriteAllText(Path.Join(_folder.Path, "Dockerfile"), """
            ARG VERSION=3.11
            FROM python:${VERSION}-slim AS base
            RUN apt-get update && apt-get install -y git \
                # why
                libgl1 && rm -rf /var/lib/apt/lists/*
            FROM base
            RUN --mount=type=cache,target=/root/.cache pip install -r requirements.txt
            RUN python3 -m pip install --index-url https://me:secret@host/simple "torch==2.1"
            RUN <<END
            FROM here
            END
            COPY . .
            RUN pip install -e .
            CMD ["python", "main.py"]
            """);

        var report = Look();

        Assert.Equal((AdoptionKind.Dockerfile, "Dockerfile", "python:3.11-slim", "requirements.txt"), (report.Kind, report.Dockerfile, report.BaseImage, report.BeginsWith));
        Assert.Equal("firn image init --from-python python:3.11-slim --dry-run", report.Command);
        Assert.Equal([3, 7, 8, 9, 12, 13, 14], report.Steps.Select(static step => step.Line));
        Assert.Equal("dependencies/apt-runtime.txt, a line each: git libgl1", report.Steps[0].Place);
        Assert.Equal("dependencies/requirements.txt, a line each: torch==2.1", report.Steps[2].Place);
        Assert.All([report.Steps[1], report.Steps[4], report.Steps[5]], static step => Assert.StartsWith("nowhere", step.Place, StringComparison.Ordinal));
        using var document = Document(report);
        Assert.Empty(Schema().Undescribed(document.RootElement));
        Assert.DoesNotContain("secret", document.RootElement.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nothing_is_there_it_is_said_what_to_begin_with()
    {
        File.WriteAllText(Path.Join(_folder.Path, "environment.yml"), "name: study\ndependencies: [python]\n");

        var report = Look();

        Assert.Equal((AdoptionKind.Nothing, "environment.yml", "firn image init --dry-run"), (report.Kind, report.BeginsWith, report.Command));
    }

    [Fact]
    public void The_lines_and_stages_of_a_Dockerfile_are_told()
    {
        const string Text = "# c\nARG A\n\nFROM a AS First\nRUN x \\\n  # c\n  y\nRUN <<EOF\nFROM nothing\nEOF\nFROM b\nCOPY c d\n";

        var instructions = DockerfileText.Instructions(Text);

        Assert.Equal(["2 ARG -1", "4 FROM 0", "5 RUN 0", "8 RUN 0", "11 FROM 1", "12 COPY 1"], instructions.Select(static one => $"{one.Line} {one.Keyword} {one.Stage}"));
        Assert.Equal("RUN x y", instructions[2].OneLine);
        Assert.Equal(["first"], DockerfileText.Stages(Text).ToArray());
        Assert.Equal(Text, string.Concat(DockerfileText.Split(Text)));
        Assert.All(instructions, one => Assert.Equal(one.Text, Text.Substring(one.Start, one.Text.Length)));
    }

    private AdoptionReport Look() =>
        new AdoptInstallation(SystemContext.OfThisProcess()).Run(new InstallationSelection { Folder = _folder.Path });

    /// <summary>A checkout of the one layout or the other, with a service that the template does not have.</summary>
    private void Checkout(string tag, bool hasDev)
    {
        Write("template.sh", "ENV_TEXT=$(\nPROJECT_ROOT_AT=/project/study\nACCELERATION=cuda\nPROJECT_NAME=study\nPACKAGE_NAME=study_package\nIMAGE_PLATFORM=amd64-cuda\nEOF\n)\n");
        Write("compose-base.yaml", "services:\n  args-run-root:\n    build:\n      args:\n        BASE_IMAGE: some/base:1\n");
        var name = hasDev ? "image-run-root" : "image-root";
        var dev = hasDev ? $"  image-dev-root:\n    extends:\n      service: {name}\n    image: ${{IMAGE_NAME}}:${{IMAGE_PLATFORM}}-dev-latest-root\n" : "\n\n\n\n";
        Write("compose.yaml", $$"""
            services:
              {{name}}:
                extends:
                  file: compose-base.yaml
                  service: args-run-root
                image: ${IMAGE_NAME}:${IMAGE_PLATFORM}-{{tag}}
                build:
                  platforms:
                    - "linux/amd64"
                  context: .
                  dockerfile: Dockerfile
                  target: runtime-generic
                  args:
                    PROJECT_NAME: ${PROJECT_NAME}
                    PACKAGE_NAME: ${PACKAGE_NAME}
            {{dev}}
              notebook:
                image: jupyter

            """);
        Write("Dockerfile", "FROM ${BASE_IMAGE} AS runtime-generic\n");
    }

    private void Write(string name, string text)
    {
        var path = Path.Join(_folder.Path, "installation", "docker-amd64-cuda", name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private static JsonDocument Document(AdoptionReport report)
    {
        using var stream = new MemoryStream();
        report.WriteJson(stream);
        return JsonDocument.Parse(stream.ToArray());
    }

    private static JsonSchema Schema()
    {
        using var schema = JsonDocument.Parse(File.ReadAllBytes(Path.Join(RepositoryFolder.Path, "docs", "formats", "image-adopt.schema.json")));
        return new JsonSchema(schema.RootElement.Clone());
    }
}
