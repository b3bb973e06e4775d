using System.Collections.Immutable;
using Firn.Common;
using Firn.Images.Building;

namespace Firn.Images.Adoption;

/// <summary>What becomes of an instruction of a Dockerfile that Firn did not write.</summary>
/// <param name="Line">The line that it begins on.</param>
/// <param name="Text">The instruction on one line, without credentials.</param>
/// <param name="Place">Where it goes in an installation.</param>
internal sealed record DockerfileStep(int Line, string Text, string Place);

/// <summary>Reads a project's own Dockerfile: what its last stage is based on, and where each of its steps belongs.</summary>
internal sealed class OwnDockerfile
{
    private static readonly string[] PythonWords = ["python", "pytorch", "tensorflow", "jupyter", "conda", "mamba", "jax", "nvidia/pytorch"];
    private static readonly string[] Skipped = ["ARG", "FROM", "MAINTAINER", "LABEL", "SHELL", "STOPSIGNAL", "HEALTHCHECK", "ONBUILD"];

    /// <summary>Options of pip and apt-get whose value is the next word.</summary>
    private static readonly string[] WithValue =
        ["-r", "--requirement", "-c", "--constraint", "-i", "--index-url", "--extra-index-url", "-f", "--find-links", "-t", "--target", "--prefix", "-o", "--proxy"];

    private readonly ImmutableArray<DockerfileInstruction> _instructions;

    private OwnDockerfile(string text) => _instructions = DockerfileText.Instructions(text);

    /// <summary>The image that the last stage is based on; <see langword="null"/> where it is none that can be named.</summary>
    public ImageReference? BaseImage { get; private init; }

    /// <summary>Whether that image brings a Python.</summary>
    public bool HasPython { get; private init; }

    /// <summary>The steps, in their order.</summary>
    public ImmutableArray<DockerfileStep> Steps { get; private init; } = [];

    /// <summary>Reads it.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="requirements">The requirement file of the project that is taken over anyway; <see langword="null"/> for none.</param>
    public static OwnDockerfile Read(string text, string? requirements)
    {
        var file = new OwnDockerfile(text);
        var image = file.LastBase();
        var steps = file._instructions.Where(static instruction => !Skipped.Contains(instruction.Keyword))
            .SelectMany(instruction => StepsOf(instruction, requirements)).ToImmutableArray();
        return new OwnDockerfile(text)
        {
            BaseImage = image,
            HasPython = image is not null && PythonWords.Any(word => image.Name.Contains(word, StringComparison.Ordinal)),
            Steps = steps,
        };
    }

    /// <summary>Follows the last stage to the image that it begins with; build arguments have their defaults.</summary>
    private ImageReference? LastBase()
    {
        var defaults = _instructions.Where(static instruction => instruction.Keyword == "ARG" && instruction.Stage < 0)
            .Select(static instruction => instruction.OneLine["ARG ".Length..].Split('=', 2)).Where(static pair => pair.Length == 2)
            .GroupBy(static pair => pair[0]).ToDictionary(static pairs => pairs.Key, static pairs => pairs.Last()[1].Trim('"', '\''), StringComparer.Ordinal);
        var stages = _instructions.Where(static instruction => instruction.Keyword == "FROM").ToList();
        var stage = stages.LastOrDefault();
        for (var i = 0; stage is not null && i < stages.Count; i++)
        {
            var image = stage.OneLine.Split(' ').Skip(1).FirstOrDefault(static word => !word.StartsWith("--", StringComparison.Ordinal)) ?? string.Empty;
            var name = Installations.VariableText.Expand(image, key => defaults.GetValueOrDefault(key), out _);
            var at = stages.FindLastIndex(stages.IndexOf(stage) - 1 is >= 0 and var last ? last : 0, other => other.StageName is { } named && named.Equals(name, StringComparison.OrdinalIgnoreCase) && other != stage);
            if (at < 0)
            {
                return Parsed(name);
            }

            stage = stages[at];
        }

        return null;
    }

    private static ImageReference? Parsed(string name)
    {
        try
        {
            return ImageReference.Parse(name);
        }
        catch (FirnException)
        {
            return null;
        }
    }

    private static List<DockerfileStep> StepsOf(DockerfileInstruction instruction, string? requirements)
    {
        var text = InstallationLine.Shown(instruction.OneLine);
        if (instruction.Keyword != "RUN")
        {
            return [new DockerfileStep(instruction.Line, text, PlaceOf(instruction))];
        }

        var steps = new List<DockerfileStep>();
        foreach (var command in Commands(instruction.OneLine["RUN".Length..]))
        {
            if (PlaceOf(command, requirements) is { } place)
            {
                steps.Add(new DockerfileStep(instruction.Line, InstallationLine.Shown($"RUN {string.Join(' ', command)}"), place));
            }
        }

        return steps;
    }

    private static string PlaceOf(DockerfileInstruction instruction) => instruction.Keyword switch
    {
        "ENV" => "Dockerfile, at the end of the stage runtime-generic",
        "COPY" or "ADD" => PlaceOfCopy(instruction.OneLine.Split(' ')),
        "ENTRYPOINT" or "CMD" => "what is given to `firn image run`",
        "EXPOSE" => "ports of the services run-local-* in compose.yaml",
        "VOLUME" => "volumes of the services run-local-* in compose.yaml",
        "WORKDIR" => "nowhere: containers begin in PROJECT_ROOT_AT",
        "USER" => "nowhere: images of the user come from .env",
        _ => "Dockerfile",
    };

    private static string PlaceOfCopy(string[] words)
    {
        var source = words.Skip(1).FirstOrDefault(static word => !word.StartsWith("--", StringComparison.Ordinal)) ?? string.Empty;
        return Array.Exists(words, static word => word.StartsWith("--from=", StringComparison.Ordinal)) ? "Dockerfile, with the stage that it copies from"
            : source.TrimEnd('/') is "." or "./" or "src" or "./src" || Path.GetFileName(source) is "requirements.txt" or "pyproject.toml" or "environment.yml"
                ? "nowhere: containers mount the project, and the lists of packages are copied already"
            : "nowhere if it is code of the project; else the Dockerfile, with a copy of the file in the installation";
    }

    /// <summary>The commands of a step, each as its words, without the flags of the step.</summary>
    private static IEnumerable<ImmutableArray<string>> Commands(string shell)
    {
        foreach (var command in shell.Replace("&&", "\n", StringComparison.Ordinal).Replace("||", "\n", StringComparison.Ordinal).Replace(';', '\n').Split('\n'))
        {
            ImmutableArray<string> words = [.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries).SkipWhile(static word => word.StartsWith("--mount=", StringComparison.Ordinal) || word.StartsWith("--network=", StringComparison.Ordinal))];
            if (!words.IsEmpty)
            {
                yield return words;
            }
        }
    }

    /// <summary>What stands behind <c>install</c> and is neither an option nor the value of one.</summary>
    private static List<string> Names(ImmutableArray<string> words, int install)
    {
        var names = new List<string>();
        for (var i = install + 1; install >= 0 && i < words.Length; i++)
        {
            if (!words[i].StartsWith('-'))
            {
                names.Add(words[i].Trim('"', '\''));
            }
            else if (WithValue.Contains(words[i]))
            {
                i++;
            }
        }

        return names;
    }

    /// <summary>Where a command belongs; <see langword="null"/> where Firn does it without being told.</summary>
    private static string? PlaceOf(ImmutableArray<string> words, string? requirements)
    {
        var program = Path.GetFileName(words[0]);
        var install = words.IndexOf("install");
        var names = Names(words, install);
        var isPip = words.Take(install < 0 ? 0 : install).Any(static word => Path.GetFileName(word).StartsWith("pip", StringComparison.Ordinal));
        if (program is "apt-get" or "apt" or "aptitude")
        {
            return names.Count == 0 ? null : $"dependencies/apt-runtime.txt, a line each: {string.Join(' ', names)}";
        }

        if (isPip)
        {
            var file = words.IndexOf("-r") is > 0 and var at && at + 1 < words.Length ? words[at + 1] : null;
            return words.Skip(install).Any(static word => word.Trim('"', '\'') is "." or "./" || word.Trim('"', '\'').StartsWith(".[", StringComparison.Ordinal)) ? "nowhere: each container installs the mounted project"
                : file is not null && Path.GetFileName(file) == requirements ? $"nowhere: `firn image init` begins dependencies/requirements.txt with {requirements}"
                : file is not null ? $"dependencies/requirements.txt, with the lines of {Path.GetFileName(file)}"
                : $"dependencies/requirements.txt, a line each: {string.Join(' ', names)}";
        }

        return program switch
        {
            "rm" or "set" or "cd" or "mkdir" when words.Any(static word => word.Contains("/var/lib/apt", StringComparison.Ordinal)) || program == "set" => null,
            "conda" or "mamba" or "micromamba" => "an image from scratch: `firn image init --from-scratch` with the project's environment.yml or lock",
            _ => "Dockerfile: the stage build if only /opt/env is to change, else runtime-generic",
        };
    }
}
