using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Git;
using Firn.Host.Machine;
using Firn.Python;
using Firn.Python.Distributions;
using Firn.Python.Pip;

namespace Firn.Captures.Inspecting;

/// <summary>The half of an inspection that needs no package's files: pip's listing, the machine, the project.</summary>
internal sealed class HostInspection(PythonEnvironment environment, SystemContext systemContext)
{
    private readonly List<Problem> _problems = [];
    private ExceptionDispatchInfo? _failure;
    private volatile DistributionBatch? _batch;
    private FreezeFacts? _freeze;
    private HostFacts? _host;

    public IReadOnlyList<Problem> Problems => _problems;

    public FreezeFacts Freeze => _freeze ?? throw NotRun();

    public HostFacts Host => _host ?? throw NotRun();

    public ImmutableArray<CapturedVariable> Variables { get; private set; } = [];

    public GitState? Project { get; private set; }

    /// <summary>Gives the thread something to do when its own work is done.</summary>
    public void HelpWith(DistributionBatch batch) => _batch = batch;

    /// <summary>Does the work; an exception is kept for <see cref="ThrowIfFailed"/>, since a thread has nobody to tell.</summary>
    public void Run()
    {
        try
        {
            _freeze = EnvironmentFreeze.Read(environment, systemContext, _problems);
            _host = HostReader.Read(systemContext, _problems);
            Variables = CapturedVariables.Read(systemContext);
            Project = GitRepository.ReadState(systemContext.CurrentDirectory, systemContext, _problems);
            _batch?.ReadSome(_problems);
        }
#pragma warning disable CA1031 // It is thrown again in the thread that waits.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _failure = ExceptionDispatchInfo.Capture(exception);
        }
    }

    public void ThrowIfFailed() => _failure?.Throw();

    private static InvalidOperationException NotRun() => new("the inspection has not run");
}

/// <summary><c>pip freeze</c> of an environment, by the rules of the pip that is installed in it.</summary>
internal static class EnvironmentFreeze
{
    /// <summary>The listing without credentials.</summary>
    public static FreezeFacts Read(PythonEnvironment environment, SystemContext systemContext, List<Problem> problems)
    {
        if (!environment.HasPython)
        {
            return new FreezeFacts(null, []);
        }

        var options = PipFreezeConfiguration.Apply(Options(environment, systemContext), problems);
        var result = PipFreeze.Run(options with { KeepsCredentials = false }, problems);
        return new FreezeFacts(options.PipVersion, result.Entries);
    }

    /// <summary>What <c>python -m pip freeze</c> of that environment would know, less pip's configuration.</summary>
    public static PipFreezeOptions Options(PythonEnvironment environment, SystemContext systemContext)
    {
        var searchPath = environment.SearchPath.Select(entry => entry.Path).ToArray();
        var pip = PipInstallation.Find(searchPath);
        return new PipFreezeOptions
        {
            SearchPath = searchPath,
            PipVersion = pip?.Version,
            IsDebianPip = pip?.IsDebian ?? false,
            Major = environment.Major,
            Minor = environment.Minor,
            Prefix = environment.Prefix,
            BasePrefix = environment.BasePrefix,
            UserSite = environment.SearchPath.Any(entry => entry.Kind == SearchPathKind.UserSite)
                ? environment.UserSite
                : null,
            SitePackages = environment.SitePackages,
            SystemContext = systemContext,
        };
    }
}
