using Firn.Analyses.Launching;
using Firn.Analyses.Projects;
using Firn.Analyses.Running;
using Firn.Common;
using Firn.Storage;

namespace Firn.Cli.Commands;

/// <summary>The parts of the library that the runs of one command line share.</summary>
internal sealed class RunTools : IDisposable
{
    public RunTools(RunSettings settings, string? cache)
    {
        Settings = settings;
        Processes = new LaunchedProcesses();
        Git = new GitProgram(settings.Surroundings, Processes);
        Digests = new FileDigests(cache);
        Preparer = new RunPreparer(settings, Digests, Git);
        Runner = new AnalysisRunner(
            settings,
            new Launcher(Signals, Processes, TimeProvider.System),
            new EnvironmentKeeper(settings, TimeProvider.System),
            Signals,
            TimeProvider.System);
    }

    public RunSettings Settings { get; }

    public SignalForwarder Signals { get; } = new();

    public LaunchedProcesses Processes { get; }

    public GitProgram Git { get; }

    public FileDigests Digests { get; }

    public RunPreparer Preparer { get; }

    public AnalysisRunner Runner { get; }

    /// <summary>Where the digests of a project's large files are remembered.</summary>
    public static string CacheOf(Project project) => OwnPath.Of(project.Folder, Path.Join(Project.StateFolder, "digests"));

    /// <summary>Opens the store, before hours are spent on what it then does not take.</summary>
    /// <exception cref="FirnException">It can be neither opened nor made.</exception>
    public Store OpenStore() => OwnStores.OpenOrCreate(Settings.Store, Settings.Surroundings, TimeProvider.System);

    /// <exception cref="FirnException">This system cannot run anything yet.</exception>
    public static void CheckSystem()
    {
        if (OperatingSystem.IsWindows())
        {
            throw new FirnException(
                "commands cannot be run on Windows yet", "run on Linux or macOS, or keep files with `firn results add`");
        }
    }

    public void Dispose() => Signals.Dispose();
}
