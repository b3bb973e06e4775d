using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using Firn.Common;
using Firn.Git;
using Firn.Host;
using Firn.Python;
using Firn.Python.Distributions;

namespace Firn.Captures;

/// <summary>The half of an inspection that needs no package's files: pip's listing, the machine, the project.</summary>
internal sealed class SideInspection(PythonEnvironment environment, Surroundings surroundings)
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
            _freeze = EnvironmentFreeze.Read(environment, surroundings, _problems);
            _host = HostReader.Read(surroundings, _problems);
            Variables = CapturedVariables.Read(surroundings);
            Project = GitRepository.ReadState(surroundings.CurrentDirectory, surroundings, _problems);
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
