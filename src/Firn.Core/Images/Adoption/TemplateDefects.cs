using System.Collections.Immutable;
using Firn.Images.Installations;
using Firn.Images.Scaffold;

namespace Firn.Images.Adoption;

/// <summary>Something of the labs' template that hurts, where a checkout has it.</summary>
/// <param name="Code">Names it.</param>
/// <param name="Line">The first line of its file that has it.</param>
/// <param name="More">How many lines more have it.</param>
/// <param name="What">What it does.</param>
/// <param name="Instead">What <c>firn image init</c> writes in its place.</param>
internal sealed record TemplateDefect(string Code, InstallationLine Line, int More, string What, string Instead);

/// <summary>Finds what is known to hurt in the files of the labs' template. Each was seen in one of its versions.</summary>
internal static class TemplateDefects
{
    private const string Dockerfile = "Dockerfile";

    /// <summary>Where a line of such a file has all of these words, and is no comment.</summary>
    private static readonly ImmutableArray<Rule> Rules =
    [
        new("base-by-tag", "compose-base.yaml", ["BASE_IMAGE:", ":"],
            "a tag of the base can be another image tomorrow",
            "the same; write NAME@sha256:... to hold it, as `docker inspect` shows it. The capture of each build says what came of it"),
        new("compose-extends", "compose.yaml", ["extends:"],
            "podman-compose merges `extends` wrongly",
            "anchors, which every Compose reads alike"),
        new("compose-platforms", "compose.yaml", ["platforms:"],
            "docker-compose 1.29 refuses the file",
            "no such key; `firn image build` is told which processors are meant"),
        new("compose-folder-of-root", "compose.yaml", [".template-dev-cursor-server:"],
            "docker makes the folder as root's: no script does before",
            "no such mount; firn makes the folders that you mount"),
        new("copy-link", Dockerfile, ["COPY", "--link"],
            "podman and buildah refuse the option",
            "plain COPY; `firn image build` leaves the option out"),
        new("clone-unpinned", Dockerfile, ["git clone", "--depth"],
            "what is cloned changes, so no two builds are equal",
            "zsh without plugins"),
        new("gcc-missing", Dockerfile, ["gcc", "-shared"],
            "needs a compiler, which neither the lists nor small bases have",
            "no such step: MKL does not need it any more"),
        new("preload", Dockerfile, ["ENV", "LD_PRELOAD"],
            "every program of the image loads that library",
            "no such variable: MKL does not need it any more"),
        new("pip-into-base", Dockerfile, ["pip install"],
            "changes the packages of the base, and is refused where its Python is managed by the system (PEP 668)",
            "/opt/env, an environment on top of the base's Python, made in a stage with compilers"),
        new("conda-solves", Dockerfile, ["mamba env create"],
            "chooses other packages on another day",
            "the same with environment.yml; with a lock (`firn lock`) the same packages on each day"),
        new("permissions-layer", Dockerfile, ["RUN chmod -R"],
            "a layer of its own holds the whole environment a second time",
            "permissions are set in the step that makes the environment"),
        new("cleaned-too-late", Dockerfile, ["RUN mamba clean"],
            "a later step makes no image smaller",
            "caches are mounts, which no layer keeps"),
        new("conda-unverified", "compose-base.yaml", ["CONDA_URL:"],
            "the installer is fetched without a digest",
            "micromamba by version and SHA-256, and no conda in the image"),
        new("password-in-image", "Dockerfile-user", ["ENV PASSWD"],
            "everybody who has the image can read the password",
            "no password: where sudo is installed, the user may use it without"),
        new("base-entrypoint-must-exec", "pre-entrypoint.sh", ["exec", "BASE_ENTRYPOINT", "zsh"],
            "where the base's entrypoint does not exec, the command never runs, and the container reports success",
            "BASE_ENTRYPOINT_EXECS=0 has such an entrypoint sourced"),
        new("information-on-stdout", "entrypoint.sh", ["echo \"[TEMPLATE INFO]"],
            "lines of the entrypoint stand in what the command prints",
            "they go to standard error"),
        new("pip-at-start", "entrypoint.sh", ["pip install", "-e"],
            "each start waits seconds for pip, often for the network; without a HOME, or read-only, it fails",
            "a tenth of a second, for any user, without network"),
        new("key-in-arguments", "logins-setup.sh", ["wandb login"],
            "everybody on the machine can read the key among the processes",
            "WANDB_API_KEY stays a variable, which wandb reads itself"),
        new("variables-executed", "remote-development-setup.sh", ["env | grep -v"],
            "quotes, backticks and line ends in values are executed by each shell, and all users can read the file",
            "quoted values in a file of the user's own"),
        new("install-race", "", ["sleep 60"],
            "other processes of the node wait a minute, whether the installation is done or not",
            "a lock and a mark of the node"),
        new("commit-of-head", "template.sh", ["git rev-parse --short HEAD"],
            "images are looked for by the commit of now: after another commit their tags are not pushed",
            "the commit stands in the image, where pushing and pulling read it"),
        new("words-replaced", "template.sh", ["s/claire"],
            "renames the word in paths, too",
            "nothing in its place"),
        new("failure-hidden", "template.sh", ["|| true"],
            "what fails there is not told",
            "failures are told, and are the exit code"),
        new("freeze-loses-origins", "update-env-file.sh", ["pip freeze"], FreezeWhat, FreezeInstead),
        new("freeze-loses-origins", "update-env-file.sh", ["pip list"], FreezeWhat, FreezeInstead),
        new("freeze-loses-origins", "update-env-file.sh", ["mamba env export"], FreezeWhat, FreezeInstead),
        new("words-replaced", "edit-platform-and-acceleration.sh", ["sed", "s/${CURR_PLATFORM}/"],
            "renames the processor in every text, and leaves the services of the old acceleration",
            "`firn image platform change FROM TO`"),
    ];

    private const string FreezeWhat = "loses where packages came from, and what apt installed";
    private const string FreezeInstead = "`update-env-file` and `firn freeze` keep repositories, comments and order, and know apt";

    /// <summary>What a checkout has of it.</summary>
    /// <param name="installation">The checkout.</param>
    /// <param name="files">Its files with their text.</param>
    public static ImmutableArray<TemplateDefect> In(Installation installation, IReadOnlyList<(string Path, string Text)> files)
    {
        var found = ImmutableArray.CreateBuilder<TemplateDefect>();
        foreach (var (path, text) in files)
        {
            var lines = text.Split('\n');
            AddOfWholeFile(installation, path, lines, found);
            foreach (var rule in Rules.Where(rule => rule.File.Length == 0 || rule.File == Path.GetFileName(path)))
            {
                var hits = Enumerable.Range(0, lines.Length).Where(at => rule.Fits(lines[at])).ToList();
                if (hits.Count > 0 && !IsMended(rule.Code, lines[hits[0]], files))
                {
                    found.Add(new TemplateDefect(rule.Code, LineOf(path, lines, hits[0]), hits.Count - 1, rule.What, rule.Instead));
                }
            }
        }

        return [.. found.OrderBy(static defect => defect.Line.Path, StringComparer.Ordinal).ThenBy(static defect => defect.Line.Number)];
    }

    /// <summary>What no single line shows.</summary>
    private static void AddOfWholeFile(Installation installation, string path, string[] lines, ImmutableArray<TemplateDefect>.Builder found)
    {
        void Add(string code, int at, string what, string instead) => found.Add(new TemplateDefect(code, LineOf(path, lines, at), 0, what, instead));
        if (path == Dockerfile && lines[0].StartsWith('#') && lines[0].Contains("docker/dockerfile", StringComparison.Ordinal))
        {
            Add("syntax-from-hub", 0, "each build asks Docker Hub how to read the file", "no such line; `firn image build` leaves it out");
        }

        if (path == "template.sh" && !lines[0].StartsWith("#!", StringComparison.Ordinal))
        {
            Add("no-interpreter", 0, "works when a shell like bash is who starts it, and from nothing else", "#!/bin/sh; it knows the verbs and calls firn");
        }

        var image = installation.Images.Select(static image => image.Service.Arguments.GetValueOrDefault("BASE_IMAGE")).FirstOrDefault(static image => image is not null);
        var isCuda = installation.Platform.Split('-').ElementAtOrDefault(1) == "cuda";
        // NVIDIA's own images bring the variables.
        if (path == Dockerfile && isCuda && image?.Contains("nvidia", StringComparison.Ordinal) == false
            && !lines.Any(static line => line.Contains("NVIDIA_VISIBLE_DEVICES", StringComparison.Ordinal))
            && Array.FindIndex(lines, static line => line.StartsWith("FROM ", StringComparison.Ordinal)) is >= 0 and var at)
        {
            Add("no-gpu-asked", at, "where the image has to ask for GPUs, as under enroot, its containers get none", InstallationPlan.Nvidia.Trim());
        }
    }

    private static bool IsMended(string code, string line, IReadOnlyList<(string Path, string Text)> files)
    {
        bool Names(string file, params ReadOnlySpan<string> words)
        {
            foreach (var word in words)
            {
                if (files.Any(other => other.Path.EndsWith(file, StringComparison.Ordinal)
                    && other.Text.Split('\n').Any(text => text.TrimStart().StartsWith(word, StringComparison.Ordinal))))
                {
                    return true;
                }
            }

            return false;
        }

        return code switch
        {
            "base-by-tag" => line.Contains("@sha256:", StringComparison.Ordinal),
            "gcc-missing" => Names("apt-build.txt", "gcc", "build-essential") || Names("apt.txt", "gcc", "build-essential"),
            "compose-folder-of-root" => Names("template.sh", "mkdir -p \"${HOME}/.template-dev-cursor-server", "mkdir -p ${HOME}/.template-dev-cursor-server"),
            _ => false,
        };
    }

    private static InstallationLine LineOf(string path, string[] lines, int at) => new(path, at + 1, InstallationLine.Shown(lines[at]));

    private sealed record Rule(string Code, string File, string[] Words, string What, string Instead)
    {
        public bool Fits(string line) =>
            !line.TrimStart().StartsWith('#') && Array.TrueForAll(Words, word => line.Contains(word, StringComparison.Ordinal));
    }
}
