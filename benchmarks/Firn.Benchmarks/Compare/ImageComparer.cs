using System.Globalization;
using Firn.Benchmarks.Packages;

namespace Firn.Benchmarks.Compare;

/// <summary>
/// <c>firn image build --generic</c> beside the two builds of the labs' Docker template: the same base, the same lists of system
/// packages, the same requirements, the same engine, which begins with nothing but the base.
/// </summary>
/// <param name="firn">The published firn.</param>
/// <param name="template">A checkout of the template, or a folder with its <c>installation</c>.</param>
/// <param name="engine"><c>docker</c> or <c>podman</c>.</param>
/// <param name="folder">Where engines, packages and projects are.</param>
/// <param name="runs">How often each is measured.</param>
internal sealed class ImageComparer(string firn, string template, string engine, WorkFolder folder, int runs)
{
    private const int Packages = 20;
    private const string Base = "bench/python:3.11";
    private const string Platform = "docker-amd64-cuda";

    // What `template.sh build_generic` does, without Compose, which only passes these values on.
    private const string TemplateScript = """
        set -e
        engine=$1 base=$2
        cd "$3"
        commit=$(git rev-parse --short HEAD)
        for stage in run:runtime-generic dev:development-generic; do
            name=lab/alice/study:amd64-cuda-${stage%%:*}
            "$engine" build --network host --target "${stage##*:}" --tag "$name-latest-root" --build-arg "BASE_IMAGE=$base" \
                --build-arg "GIT_IMAGE=$base" --build-arg PROJECT_NAME=study --build-arg PACKAGE_NAME=study \
                --build-arg BASE_ENTRYPOINT=/opt/template-entrypoints/dummy.sh .
            "$engine" tag "$name-latest-root" "$name-$commit-root"
        done
        """;

    private static readonly string Cache = Path.Join("/var/tmp", "firn-benchmarks");

    private static readonly GeneratedPackage Newer = new(7) { Version = "1.4.3" };

    public CreateMeasurement Measure()
    {
        ProcessTree.Adopt();
        Console.Error.WriteLine($"making {Packages} wheels, and a base image");
        using var mirror = new DebianMirror(Path.Join(Cache, "debian"));
        using var site = PackageSite.Create(folder.PathOf("site"), Packages, Newer);
        var archive = MakeBase(mirror);
        string[] steps = ["cold", "nothing changed", "one dependency changed"];
        var times = new Dictionary<string, (List<TimeSpan> Wall, List<TimeSpan> Processor)>();
        Console.Error.WriteLine($"measuring {runs} runs of each");
        for (var run = 1; run <= runs; run++)
        {
            // Neither is always the first one.
            foreach (var name in run % 2 == 1 ? new[] { "firn", "template" } : ["template", "firn"])
            {
                MeasureOne(name, archive, site, steps, times);
            }
        }

        string[] sides = ["template", "firn"];
        var rows = steps.SelectMany(step => sides.Select(name => $"{step}: {name}"))
            .Select(name => new Timings(name, [.. times[name].Wall]) { Processor = [.. times[name].Processor] }).ToList();
        return new CreateMeasurement(
            string.Create(
                CultureInfo.InvariantCulture,
                $"images of {Packages} packages, {site.FileCount:N0} files, {site.Size / 1048576} MiB, {engine}, {runs} interleaved runs of each"),
            rows,
            [
                new CreateRequirement("cold", rows[1], rows[0], 1) { IsOfProcessor = true },
                new CreateRequirement("nothing changed", rows[3], rows[2], null) { IsOfProcessor = true },
                new CreateRequirement("one dependency changed", rows[5], rows[4], 1) { IsOfProcessor = true },
            ],
            []);
    }

    private void MeasureOne(
        string name, string archive, PackageSite site, IEnumerable<string> steps, Dictionary<string, (List<TimeSpan> Wall, List<TimeSpan> Processor)> times)
    {
        var project = folder.PathOf("project");
        using (var own = new BuildEngine(engine, folder.PathOf("engine")))
        {
            own.Run("import", archive, Base);
            var variables = new Dictionary<string, string>(own.Variables)
            {
                ["FIRN_STORE"] = folder.PathOf("store"),
                ["FIRN_CACHE"] = folder.PathOf("cache"),
            };
            var isFirn = name == "firn";
            Prepare(project, site, isFirn, variables);
            foreach (var step in steps)
            {
                if (step.StartsWith("one", StringComparison.Ordinal))
                {
                    Change(project);
                }

                var before = ProcessTree.Processor();
                var wall = isFirn
                    ? ProcessTimer.Run(firn, ["image", "build", "--generic", "--network", "host"], variables, project)
                    : ProcessTimer.Run("/bin/sh", ["-c", TemplateScript, "template", $"/usr/bin/{engine}", Base, Path.Join(project, "installation", Platform)], variables);
                var processor = ProcessTree.Processor() - before;
                var key = $"{step}: {name}";
                times.TryAdd(key, ([], []));
                times[key].Wall.Add(wall);
                times[key].Processor.Add(processor);
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{key}: {wall.TotalSeconds:F1} s, {processor.TotalSeconds:F1} s of processors"));
            }
        }

        ProcessTimer.Run("rm", ["-rf", project, folder.PathOf("store"), folder.PathOf("cache")]);
    }

    /// <summary>A project with one of the two installations, committed.</summary>
    private void Prepare(string project, PackageSite site, bool isFirn, Dictionary<string, string> variables)
    {
        Directory.CreateDirectory(project);
        // Else pip keeps nothing of a server without TLS.
        var requirements = $"--index-url {site.IndexUrl}\n--trusted-host 127.0.0.1\n{File.ReadAllText(site.Requirements)}";
        File.WriteAllText(Path.Join(project, "requirements.txt"), requirements);
        Git(project, "init", "--quiet");
        var theirs = Path.Join(template, "installation", Platform);
        var installation = Path.Join(project, "installation", Platform);
        if (isFirn)
        {
            ProcessTimer.Run(
                firn,
                ["image", "init", "--from-python", Base, "--name", "study", "--platform", "amd64", "--acceleration", "cuda"],
                variables, project);
            foreach (var list in new[] { "apt-build.txt", "apt-runtime.txt", "apt-dev.txt" })
            {
                File.Copy(Path.Join(theirs, "dependencies", list), Path.Join(installation, "dependencies", list), overwrite: true);
            }
        }
        else
        {
            ProcessTimer.Run("cp", ["-r", Path.Join(template, "installation"), project]);
            File.WriteAllText(Path.Join(installation, "Dockerfile"), Offline(File.ReadAllText(Path.Join(theirs, "Dockerfile"))));
        }

        File.WriteAllText(Path.Join(installation, "dependencies", "requirements.txt"), requirements);
        Commit(project);
    }

    /// <summary>
    /// The template's Dockerfile without what needs Docker Hub or GitHub, and without options that change nothing in the image
    /// and that docker without Docker Hub, or podman, refuses: it does a little less than on a user's machine.
    /// </summary>
    private string Offline(string dockerfile) => dockerfile
        .Replace(",sharing=private", engine == "podman" ? string.Empty : ",sharing=private", StringComparison.Ordinal)
        .Replace("# syntax = docker/dockerfile:1\n", string.Empty, StringComparison.Ordinal)
        .Replace("COPY --link ", "COPY ", StringComparison.Ordinal)
        .Replace("RUN git clone --depth 1 ${PURE_URL} ", "RUN mkdir -p ", StringComparison.Ordinal)
        .Replace("RUN git clone --depth 1 ${ZSHA_URL} ", "RUN mkdir -p ", StringComparison.Ordinal)
        .Replace("RUN git clone --depth 1 ${ZSHS_URL} ", "RUN mkdir -p ", StringComparison.Ordinal);

    private static void Change(string project)
    {
        var file = Path.Join(project, "installation", Platform, "dependencies", "requirements.txt");
        var old = new GeneratedPackage(Newer.Number);
        File.WriteAllText(file, File.ReadAllText(file).Replace($"{old.Name}=={old.Version}", $"{Newer.Name}=={Newer.Version}", StringComparison.Ordinal));
        Commit(project);
    }

    private static void Commit(string project)
    {
        Git(project, "add", "--all");
        Git(project, "-c", "user.name=bench", "-c", "user.email=bench@localhost", "commit", "--quiet", "--message", "x");
    }

    private static void Git(string project, params IReadOnlyList<string> arguments) => ProcessTimer.Run("git", arguments, workingDirectory: project);

    /// <summary>Debian 12 with what the template asks of a base: a Python that pip may change, and gcc. Made once for a machine.</summary>
    private string MakeBase(DebianMirror mirror)
    {
        var kept = Path.Join(Cache, "debian-12-python-gcc.tar");
        if (!File.Exists(kept))
        {
            var root = folder.PathOf("base");
            ProcessTimer.Run("debootstrap", ["--variant=minbase", "--include=python3,python3-pip,python3-venv,gcc,libc6-dev", "bookworm", root, mirror.Address]);
            File.Delete(Path.Join(root, "usr/lib/python3.11/EXTERNALLY-MANAGED"));
            File.CreateSymbolicLink(Path.Join(root, "usr/bin/python"), "python3");
            File.Delete(Path.Join(root, "etc/apt/sources.list"));
            ProcessTimer.Run("sh", ["-c", "rm -f \"$1\"/var/cache/apt/archives/*.deb \"$1\"/var/lib/apt/lists/*debian*; tar -C \"$1\" -cf \"$2.new\" .; mv \"$2.new\" \"$2\"; rm -rf \"$1\"", "base", root, kept]);
        }

        // The mirror has another port each time.
        var archive = folder.PathOf("base.tar");
        var sources = folder.PathOf("sources");
        Directory.CreateDirectory(Path.Join(sources, "etc", "apt"));
        File.WriteAllText(Path.Join(sources, "etc", "apt", "sources.list"), $"deb {mirror.Address} bookworm main\n");
        File.Copy(kept, archive, overwrite: true);
        ProcessTimer.Run("tar", ["-C", sources, "--append", "-f", archive, "./etc/apt/sources.list"]);
        return archive;
    }
}
