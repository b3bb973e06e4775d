using System.Text.Json;

namespace Firn.EndToEnd.Support;

/// <summary>
/// <c>examples/backdoor-study</c> as somebody has it who has just cloned the repository, with a Python of their own
/// first on PATH, which can be taken away.
/// </summary>
internal sealed class StudyProject : IDisposable
{
    public const string Name = "backdoor-study";

    private readonly TemporaryFolder _folder = new();
    private readonly PublishedFirn _firn;

    public StudyProject(PublishedFirn firn)
    {
        _firn = firn;
        CopyPython();
        CopyStudy();
        Git("init", "--quiet", "--initial-branch=main");
        Git("add", ".");
        Git("-c", "user.name=Ana", "-c", "user.email=ana@example.org", "commit", "--quiet", "-m", "The study");
    }

    /// <summary>The clone: the study is a folder in it.</summary>
    public string Root => _folder.PathOf("clone");

    /// <summary>The study's folder.</summary>
    public string Study => Path.Join(Root, Name);

    public string Store => _folder.PathOf("store");

    /// <summary>The prefix of the Python.</summary>
    public string Prefix => _folder.PathOf("python");

    public string PathOf(params string[] parts) => _folder.PathOf(parts);

    /// <summary>Runs firn in the clone.</summary>
    public ProcessResult Firn(params IEnumerable<string> arguments) => _firn.Run(Runner, arguments);

    /// <summary>Runs firn in the study's folder.</summary>
    public ProcessResult FirnInStudy(params IEnumerable<string> arguments) =>
        _firn.Run(Runner with { WorkingDirectory = Study }, arguments);

    public ProcessResult Git(params IEnumerable<string> arguments) =>
        Runner.Run(Part.Program("git"), arguments).MustReturn(0);

    /// <summary>Renames the Python away.</summary>
    public void HidePython() => Directory.Move(Prefix, _folder.PathOf("renamed-away"));

    public void Dispose() => _folder.Dispose();

    private ProcessRunner Runner => new()
    {
        WorkingDirectory = Root,
        Timeout = TimeSpan.FromMinutes(4),
        Variables = new Dictionary<string, string?>(PythonRunner.Clean())
        {
            ["PATH"] = $"{Prefix}/bin:/usr/local/bin:/usr/bin:/bin",
            ["FIRN_STORE"] = Store,
            ["FIRN_ENVIRONMENTS"] = _folder.PathOf("environments"),
            ["XDG_CACHE_HOME"] = _folder.PathOf("cache"),
            ["GIT_CEILING_DIRECTORIES"] = _folder.Root,
        },
    };

    // Python's own tests are a third of it, and none of the study's.
    private void CopyPython()
    {
        var source = Path.GetDirectoryName(Path.GetDirectoryName(RealPython.Of("3.8")))!;
        new ProcessRunner().Run("cp", "-a", source, Prefix).MustReturn(0);
        Directory.Delete(Path.Join(Prefix, "lib", "python3.8", "test"), recursive: true);
    }

    // What the scripts and firn made in the checkout stays there: git ignores it.
    private void CopyStudy()
    {
        foreach (var file in Directory.EnumerateFiles(BackdoorStudy.Source, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(BackdoorStudy.Source, file);
            if (name.Split('/') is ["data" or "runs" or ".firn", ..]
                || name.Contains("__pycache__", StringComparison.Ordinal))
            {
                continue;
            }

            var target = Path.Join(Study, name);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}

/// <summary>The study as the system's Python runs it, run once: what another run must be equal to.</summary>
public sealed class StudyOnSystemPython : IDisposable
{
    private readonly Lazy<BackdoorStudy> _study = new(() =>
    {
        var study = new BackdoorStudy(RealPython.Of("system"));
        study.RunAll();
        return study;
    });

    /// <summary>A document of the run directory.</summary>
    internal JsonElement Read(string name) => _study.Value.Read(name);

    /// <summary>All that the scripts wrote: path, then SHA-256.</summary>
    internal SortedDictionary<string, string> Outputs() => _study.Value.Outputs();

    public void Dispose()
    {
        if (_study.IsValueCreated)
        {
            _study.Value.Dispose();
        }
    }
}
