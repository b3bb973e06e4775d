using System.Diagnostics;
using Firn.Captures;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Runs.Observation;

namespace Firn.Tests.Runs.Observation;

/// <summary>A real Python that is run and observed in a folder of its own, which is the project.</summary>
internal sealed class ObservedRun : IDisposable
{
    private const string Versions = "/root/.pyenv/versions";

    public ObservedRun(string version) => Python = Interpreter(version);

    public string Python { get; set; }

    public TemporaryFolder Project { get; } = new();

    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal);

    /// <summary>How it is observed; a tracer is the firn that was built with the tests.</summary>
    public ObservationMode Mode { get; set; } = ObservationMode.Report;

    public int ExitCode { get; private set; }

    public string Output { get; private set; } = string.Empty;

    public string Error { get; private set; } = string.Empty;

    /// <summary>The interpreter of a version; the test is skipped where there is none.</summary>
    public static string Interpreter(string version)
    {
        var path = $"{Versions}/{version}/bin/python";
        Part.Require(path);
        return path;
    }

    /// <summary>Makes a virtual environment in the project and runs its Python from now on.</summary>
    public string MakeEnvironment(string name = "env")
    {
        Part.Run(Python, "-m", "venv", "--without-pip", Project[name]);
        Python = Path.Join(Project[name], "bin", "python");
        return Directory.GetDirectories(Project[$"{name}/lib"]).Single() + "/site-packages";
    }

    /// <summary>Puts a distribution of one module into a folder, as pip would.</summary>
    public static void Install(string sitePackages, string name, string version, string source = "")
    {
        Directory.CreateDirectory(Path.Join(sitePackages, name));
        File.WriteAllText(Path.Join(sitePackages, name, "__init__.py"), source);
        var metadata = Path.Join(sitePackages, $"{name}-{version}.dist-info");
        Directory.CreateDirectory(metadata);
        File.WriteAllText(Path.Join(metadata, "METADATA"), $"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n");
        File.WriteAllText(
            Path.Join(metadata, "RECORD"),
            $"{name}/__init__.py,,\n{name}-{version}.dist-info/METADATA,,\n{name}-{version}.dist-info/RECORD,,\n");
    }

    public static Capture CaptureOf(string python) =>
        new EnvironmentInspector(SystemContext.OfThisProcess()).Inspect(new InspectionRequest { Environment = python }).Capture;

    /// <summary>Runs without being observed.</summary>
    public void RunBare(params string[] arguments) => Start(null, arguments);

    /// <summary>Runs and says what was observed.</summary>
    public RunObservation Observe(params string[] arguments) => Observe(CaptureOf(Python), arguments);

    public RunObservation Observe(Capture capture, params string[] arguments)
    {
        using var reports = new TemporaryFolder();
        var variables = Variables.ToDictionary(pair => pair.Key, string? (pair) => pair.Value, StringComparer.Ordinal);
        using var observer = RunObserver.Start(reports["run"], Mode, variables);
        Start(observer, arguments);
        return observer.Finish(capture, Project.Path, CancellationToken.None);
    }

    public void Dispose() => Project.Dispose();

    private void Start(RunObserver? observer, string[] arguments)
    {
        var firn = new[] { Path.Join(AppContext.BaseDirectory, "firn") };
        var command = observer?.Command([Python, .. arguments], firn) ?? [Python, .. arguments];
        var start = new ProcessStartInfo(command[0])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Project.Path,
        };
        start.Environment.Remove("PYTHONPATH");
        start.Environment.Remove("PYTHONDONTWRITEBYTECODE");
        foreach (var argument in command.Skip(1))
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in Variables)
        {
            start.Environment[name] = value;
        }

        foreach (var (name, value) in observer?.Variables ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        observer?.Follow(process.Id);
        var error = process.StandardError.ReadToEndAsync();
        Output = process.StandardOutput.ReadToEnd();
        Error = error.Result;
        process.WaitForExit();
        ExitCode = process.ExitCode;
    }
}
