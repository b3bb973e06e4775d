using Firn.Common;
using Firn.Common.Files;
using Firn.Projects;
using Firn.Runs.Launching;
using Firn.Runs.Preparing;
using Firn.Runs.Running;
using Firn.Storage;

namespace Firn.Workflows;

/// <summary>The parts of the library that the runs of one command line share.</summary>
internal sealed class RunServices : IDisposable
{
    public RunServices(RunSettings settings, string? cache)
    {
        Settings = settings;
        Processes = new LaunchedProcesses();
        Git = new GitProgram(settings.SystemContext, Processes);
        Digests = new FileDigestCache(cache);
        Preparer = new RunPreparer(settings, Digests, Git);
        Runner = new AnalysisRunner(
            settings,
            new Launcher(Signals, Processes, TimeProvider.System),
            new RunEnvironmentArchiver(settings, TimeProvider.System),
            Signals,
            TimeProvider.System);
    }

    public RunSettings Settings { get; }

    public SignalForwarder Signals { get; } = new();

    public LaunchedProcesses Processes { get; }

    public GitProgram Git { get; }

    public FileDigestCache Digests { get; }

    public RunPreparer Preparer { get; }

    public AnalysisRunner Runner { get; }

    /// <summary>Where the digests of a project's large files are remembered.</summary>
    public static string CacheOf(Project project) => UnlinkedPath.Of(project.Folder, Path.Join(Project.StateFolder, "digests"));

    /// <summary>Opens the store, before hours are spent on what it then does not take.</summary>
    /// <exception cref="FirnException">It can be neither opened nor made.</exception>
    public Store OpenStore() => TrustedStores.OpenOrCreate(Settings.Store, Settings.SystemContext, TimeProvider.System);

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

/// <summary>
/// The run directory of a command that belongs to no analysis: gone when the run is in the store. What killed runs have left
/// is removed a day later, by another run.
/// </summary>
internal sealed class TemporaryRunFolder : IDisposable
{
    /// <summary>How the names of a run's temporary folders begin: this one, and that of its observation.</summary>
    private static readonly string[] Prefixes = ["firn-run-", "firn-observe-"];

    private readonly LockedTemporaryFolder _folder;

    private TemporaryRunFolder(LockedTemporaryFolder folder) => _folder = folder;

    public string Path => _folder.Path;

    /// <summary>Whether it stays, with what could not be put elsewhere.</summary>
    public bool IsKept { get; set; }

    /// <exception cref="FirnException">It cannot be made.</exception>
    public static TemporaryRunFolder Make()
    {
        try
        {
            return new TemporaryRunFolder(
                LockedTemporaryFolder.Make(System.IO.Path.Join(System.IO.Path.GetTempPath(), $"{Prefixes[0]}{UniqueId.Next()}")));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FirnException(
                $"cannot make a folder in {System.IO.Path.GetTempPath()}: {exception.Message.TrimEnd('.')}",
                "set TMPDIR to a folder of yours with room", innerException: exception);
        }
    }

    /// <summary>Removes what killed runs have left, beside the run that goes on; it ends with this process.</summary>
    public static void SweepBeside() =>
        new Thread(static () => Sweep()) { IsBackground = true, Name = "firn sweep" }.Start();

    /// <summary>Removes what killed runs have left.</summary>
    public static void Sweep() => LockedTemporaryFolder.Sweep(
        System.IO.Path.GetTempPath(),
        static name => Array.Exists(Prefixes, prefix => name.StartsWith(prefix, StringComparison.Ordinal)),
        DateTimeOffset.UtcNow);

    public void Dispose()
    {
        if (IsKept)
        {
            _folder.Leave();
        }
        else
        {
            _folder.Dispose();
        }
    }
}

/// <summary>How this very firn is started once more.</summary>
internal static class SelfCommand
{
    /// <summary>The program and the arguments before its own: <c>firn</c>, or <c>dotnet firn.dll</c>.</summary>
    public static IReadOnlyList<string> Command()
    {
        var program = Environment.ProcessPath ?? "firn";
        return Path.GetFileNameWithoutExtension(program) == "dotnet" ? [program, Environment.GetCommandLineArgs()[0]] : [program];
    }
}
