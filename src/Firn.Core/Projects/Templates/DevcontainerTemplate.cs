using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Firn.Projects.Templates;

/// <summary>
/// Writes a development container: one whose image has the environment already, or one that sets it up after it was made.
/// </summary>
internal static class DevcontainerTemplate
{
    public const string FilePath = ".devcontainer/devcontainer.json";
    public const string DockerfilePath = ".devcontainer/Dockerfile";
    public const string ComposePath = ".devcontainer/compose.yaml";

    private const string PipPrefix = "/opt/venv";
    private const string CondaPrefix = "/opt/conda/envs/project";
    private const string MicromambaImage = "mambaorg/micromamba:2.3.2";
    private const string BaseImage = "mcr.microsoft.com/devcontainers/base:bookworm";

    /// <summary>The container whose image is built from <see cref="Dockerfile"/>.</summary>
    public static string Baked(FoundProject found)
    {
        var prefix = found.CondaFile is null ? PipPrefix : CondaPrefix;
        return Json(found, $"{prefix}/bin/python", writer =>
        {
            writer.WriteStartObject("build");
            writer.WriteString("dockerfile", "Dockerfile");
            // The files of the project that describe the environment lie above.
            writer.WriteString("context", "..");
            writer.WriteEndObject();
        });
    }

    /// <summary>The container that is set up after it was made: quicker to change, slower to open.</summary>
    public static string Guide(FoundProject found)
    {
        var isConda = found.CondaFile is not null;
        var command = isConda
            ? "curl -Ls https://micro.mamba.pm/api/micromamba/linux-$(uname -m | sed 's/x86_64/64/')/latest | tar -xj -C \"$HOME\" bin/micromamba && "
                + $"\"$HOME/bin/micromamba\" create --yes --prefix .conda --file {Word(found.CondaFile!)}"
            : PipSetup.Arguments(found) is { } arguments
                ? $"python -m venv .venv && .venv/bin/python -m pip install {arguments}"
                : "python -m venv .venv";
        return Json(found, $"${{containerWorkspaceFolder}}/{(isConda ? ".conda" : ".venv")}/bin/python", writer =>
        {
            writer.WriteString("image", isConda ? BaseImage : PythonImage(found));
            writer.WriteString("postCreateCommand", command);
        });
    }

    /// <summary>The container in the dev image that <c>firn image build</c> has built, as its Compose files run it.</summary>
    public static string OfService(FoundProject found, DevcontainerService service) => Json(
        found,
        service.Python,
        writer =>
        {
            writer.WriteStartArray("dockerComposeFile");
            foreach (var file in service.ComposeFiles)
            {
                writer.WriteStringValue($"../{file}");
            }

            writer.WriteStringValue("compose.yaml");
            writer.WriteEndArray();
            writer.WriteString("service", service.Service);
            writer.WriteStartArray("runServices");
            writer.WriteEndArray();
            writer.WriteString("workspaceFolder", service.Workspace);
            // The image's entrypoint installs the project.
            writer.WriteBoolean("overrideCommand", false);
        },
        user: null);

    /// <summary>What the service does while an editor is in its container.</summary>
    public static string Compose(DevcontainerService service) => $"""
        # The dev image of the installation, which `firn image build` builds. Its entrypoint installs the project, and then waits.
        services:
          {service.Service}:
            command: [sleep, infinity]

        """;

    public static string Dockerfile(FoundProject found) =>
        found.CondaFile is { } file ? CondaDockerfile(file) : PipDockerfile(found);

    private static string CondaDockerfile(string file) => $"""
        # The environment is in the image: a container starts with it, and every one has the same.
        FROM {MicromambaImage} AS micromamba
        FROM {BaseImage}
        COPY --from=micromamba /bin/micromamba /usr/local/bin/micromamba
        COPY ["{file}", "/tmp/environment/{file}"]
        RUN micromamba create --yes --prefix {CondaPrefix} --file "/tmp/environment/{file}" \
            && micromamba clean --all --yes \
            && chown -R vscode:vscode {CondaPrefix}
        ENV CONDA_PREFIX={CondaPrefix} CONDA_DEFAULT_ENV={CondaPrefix} PATH={CondaPrefix}/bin:$PATH

        """;

    private static string PipDockerfile(FoundProject found)
    {
        var text = new StringBuilder($"""
            # The environment is in the image: a container starts with it, and every one has the same.
            FROM {PythonImage(found)}

            """);
        if (found.Requirements is { } requirements)
        {
            text.Append($"COPY [\"{requirements}\", \"/tmp/environment/{requirements}\"]\n");
        }

        text.Append($"RUN python -m venv {PipPrefix}");
        if (found.Requirements is not null)
        {
            text.Append($" \\\n    && {PipPrefix}/bin/python -m pip install --no-cache-dir -r \"/tmp/environment/{found.Requirements}\"");
        }

        text.Append($" \\\n    && chown -R vscode:vscode {PipPrefix}\n");
        text.Append($"ENV VIRTUAL_ENV={PipPrefix} PATH={PipPrefix}/bin:$PATH\n");
        if (found.HasPyproject)
        {
            text.Append("# The project itself is installed by the container, where its sources are.\n");
        }

        return text.ToString();
    }

    private static string PythonImage(FoundProject found) =>
        $"mcr.microsoft.com/devcontainers/python:{PipSetup.PythonVersion(found)}-bookworm";

    private static string Json(FoundProject found, string? python, Action<Utf8JsonWriter> source, string? user = "vscode")
    {
        using var stream = new MemoryStream();
        var options = new JsonWriterOptions
        {
            Indented = true,
            NewLine = "\n",
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        using (var writer = new Utf8JsonWriter(stream, options))
        {
            writer.WriteStartObject();
            writer.WriteString("name", found.Name);
            source(writer);
            if (found is { HasPyproject: true, CondaFile: null } && python?.StartsWith(PipPrefix, StringComparison.Ordinal) == true)
            {
                writer.WriteString("postCreateCommand", $"{PipPrefix}/bin/python -m pip install -e .");
            }

            if (user is not null)
            {
                writer.WriteString("remoteUser", user);
            }

            writer.WriteStartObject("customizations");
            writer.WriteStartObject("vscode");
            writer.WriteStartArray("extensions");
            writer.WriteStringValue("ms-python.python");
            writer.WriteStringValue("redhat.vscode-yaml");
            writer.WriteEndArray();
            writer.WriteStartObject("settings");
            if (python is not null)
            {
                writer.WriteString(EditorSettings.Interpreter, python);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static string Word(string file) => $"'{file.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}

/// <summary>When a development container gets its environment.</summary>
public enum DevcontainerKind
{
    /// <summary>There is to be none.</summary>
    None,

    /// <summary>When its image is built.</summary>
    Baked,

    /// <summary>After the container was made.</summary>
    Guide,

    /// <summary>When <c>firn image build</c> builds the dev image of the project's installation, in which the container is.</summary>
    Image,
}

/// <summary>The installation whose dev image a development container has.</summary>
/// <param name="ComposeFiles">Its Compose files, relative to the project's folder, in their order.</param>
/// <param name="Service">The service that is developed in.</param>
/// <param name="Workspace">Where the project is mounted.</param>
/// <param name="Python">The interpreter in the image; <see langword="null"/> where it is not known.</param>
internal sealed record DevcontainerService(ImmutableArray<string> ComposeFiles, string Service, string Workspace, string? Python);
