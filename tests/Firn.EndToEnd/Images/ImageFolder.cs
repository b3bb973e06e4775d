using System.Diagnostics;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Images;

/// <summary>A project in a git repository with a package of its own, an index on loopback, and an engine to build with.</summary>
internal sealed class ImageFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly PublishedFirn _firn;
    private readonly LoopbackIndex _index;
    private readonly ProcessRunner _runner;
    private readonly string _project;

    /// <param name="firn">The firn.</param>
    /// <param name="engines">The engines.</param>
    /// <param name="engine">The one that is used.</param>
    /// <param name="project">How the project's folder is called.</param>
    public ImageFolder(PublishedFirn firn, ContainerEngines engines, string engine, string project = "project")
    {
        _firn = firn;
        _project = project;
        Engine = engine;
        Variables = engines.VariablesFor(engine);
        Variables["FIRN_STORE"] = _folder.PathOf("store");
        Directory.CreateDirectory(_folder.PathOf("wheels"));
        _index = new LoopbackIndex(
            IndexPages.HtmlWithDigests,
            CreateFolder.Speaking("alpha", "1.0", "Requires-Dist: beta>=1\n").WriteTo(_folder.PathOf("wheels")),
            CreateFolder.Speaking("alpha", "1.1", "Requires-Dist: beta>=1\n").WriteTo(_folder.PathOf("wheels")),
            CreateFolder.Speaking("beta", "1.2").WriteTo(_folder.PathOf("wheels")));
        _runner = new ProcessRunner { Variables = Variables, WorkingDirectory = Project, Timeout = TimeSpan.FromMinutes(10) };
        Write("requirements.txt", $"# what we need\n--index-url {_index.Url}\nalpha\n");
        Write("pyproject.toml", "[build-system]\nrequires = [\"setuptools\"]\n[project]\nname = \"study\"\nversion = \"0.1\"\n[project.scripts]\nstudy-say = \"study:main\"\n");
        Write("src/study/__init__.py", "def main():\n    print('study speaks')\n");
        Git("init", "--quiet");
        Commit();
    }

    public string Engine { get; }

    public Dictionary<string, string?> Variables { get; }

    public string Project => _folder.PathOf(_project);

    /// <summary>A folder beside the project.</summary>
    public string Beside(string name) => _folder.PathOf(name);

    public string Installation => Path.Join(Project, "installation", "docker-amd64-cpu");

    /// <summary>The images' name without tags, as root's settings make it.</summary>
    public string Name => $"root/root/{ProjectName}";

    /// <summary>Of this folder alone: the engines are shared by all tests.</summary>
    public string ProjectName { get; } = $"study-{Guid.NewGuid():N}"[..14];

    public void Write(string name, string text)
    {
        var path = Path.Join(Project, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    /// <summary>Replaces parts of a file.</summary>
    public static void Edit(string path, params IEnumerable<(string Old, string New)> edits)
    {
        var text = File.ReadAllText(path);
        foreach (var (old, replacement) in edits)
        {
            text = text.Replace(old, replacement, StringComparison.Ordinal);
        }

        File.WriteAllText(path, text);
    }

    /// <summary>Puts the installation of a checkout of the labs' template into the project.</summary>
    public void CopyTemplate() => new ProcessRunner().Run(
        Part.Program("cp"), "-r", Repository.PathOf("tests", "Firn.EndToEnd", "fixtures", "docker-template", "installation"), Project).MustReturn(0);

    /// <summary>Where that lies.</summary>
    public string TemplateInstallation => Path.Join(Project, "installation", "docker-amd64-cuda");

    /// <summary>Builds an image with the engine itself.</summary>
    public void BuildImage(string name, string dockerfile)
    {
        using var context = new TemporaryFolder();
        File.WriteAllText(context.PathOf("Dockerfile"), dockerfile);
        Ask("build", "--network", "host", "--tag", name, context.Root).MustReturn(0);
    }

    public string Commit()
    {
        Git("add", "--all");
        Git("-c", "user.name=t", "-c", "user.email=t@example", "commit", "--quiet", "--allow-empty", "--message", "x");
        return Git("rev-parse", "--short", "HEAD").StandardOutput.Trim();
    }

    public ProcessResult Git(params IEnumerable<string> arguments)
    {
        Directory.CreateDirectory(Project);
        return new ProcessRunner { WorkingDirectory = Project }.Run("git", arguments).MustReturn(0);
    }

    public ProcessResult Firn(params IEnumerable<string> arguments) => _firn.Run(_runner, arguments);

    /// <summary>Starts firn and does not wait for it.</summary>
    public Process Start(params IEnumerable<string> arguments) => _firn.Start(Project, Variables, arguments);

    /// <summary>Runs the engine's own program.</summary>
    public ProcessResult Ask(params IEnumerable<string> arguments) =>
        _runner.Run(Engine == "docker" ? "/usr/bin/docker" : Part.Program(Engine), arguments);

    /// <summary>Writes the installation; its lists of system packages are empty, so that builds take seconds.</summary>
    /// <returns>The commit.</returns>
    public string Init() => Init("--from-python", ContainerEngines.BaseImage);

    /// <summary>The same on a base of one's own.</summary>
    public string Init(params IEnumerable<string> baseOptions)
    {
        Firn(["image", "init", .. baseOptions, "--acceleration", "cpu", "--platform", "amd64", "--name", ProjectName]).MustReturn(0);
        foreach (var list in new[] { "build", "runtime", "dev" })
        {
            File.WriteAllText(Path.Join(Installation, "dependencies", $"apt-{list}.txt"), "# none\n");
        }

        return Commit();
    }

    /// <summary>Names a user in <c>.env</c>, whose images are then built and run.</summary>
    public void SetUser(string user, int userId, string group, int groupId)
    {
        var file = Directory.GetFiles(Path.Join(Project, "installation"), ".env", SearchOption.AllDirectories).Single();
        var lines = File.ReadAllLines(file).Select(line => line.Split('=')[0] switch
        {
            "USR" => $"USR={user}",
            "USRID" => $"USRID={userId}",
            "GRP" => $"GRP={group}",
            "GRPID" => $"GRPID={groupId}",
            "LAB_NAME" => "LAB_NAME=physics",
            _ => line,
        });
        File.WriteAllLines(file, lines);
    }

    public ProcessResult Build(params IEnumerable<string> arguments) => Firn(["image", "build", "--network", "host", .. arguments]);

    public void Dispose()
    {
        _index.Dispose();
        _folder.Dispose();
    }
}
