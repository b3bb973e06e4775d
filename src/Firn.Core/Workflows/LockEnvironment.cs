using System.Text;
using Firn.Common;
using Firn.Common.Files;
using Firn.Creation.Inputs;
using Firn.Creation.Packages;
using Firn.Creation.Planning;
using Firn.Creation.Solvers;
using Firn.Fetching;

namespace Firn.Workflows;

/// <summary>What to choose exact packages for.</summary>
public sealed record LockEnvironmentRequest
{
    /// <summary>Specs or locks.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Where the lock goes; <see langword="null"/> for the result alone.</summary>
    public string? Target { get; init; }

    /// <summary>Whether a file that is there is replaced.</summary>
    public bool Replaces { get; init; }

    /// <summary>The Python of a virtual environment: a version such as <c>3.11</c>, or an executable.</summary>
    public string? Python { get; init; }

    /// <summary>Where Python packages come from, beside what the files and pip's configuration say.</summary>
    public PackageIndexes Indexes { get; init; } = new();
}

/// <summary>The lock.</summary>
/// <param name="Text">Its text: an explicit file where there are conda packages, else requirements with digests.</param>
/// <param name="PackageCount">How many packages it names.</param>
public sealed record LockEnvironmentResult(string Text, int PackageCount);

/// <summary>Chooses exact packages for specs and writes them down; the choice is that of the solver of this machine.</summary>
/// <param name="systemContext">Variables, home and current folder.</param>
public sealed class LockEnvironment(SystemContext systemContext)
{
    /// <summary>Makes the lock.</summary>
    /// <param name="request">For what.</param>
    /// <param name="observer">Is told which solvers chose.</param>
    /// <param name="cancellation">Ends it; nothing is written then.</param>
    /// <exception cref="FirnException">There is no solution, no solver, or a lock that is not to be replaced.</exception>
    public LockEnvironmentResult Run(
        LockEnvironmentRequest request, IWorkObserver? observer = null, CancellationToken cancellation = default)
    {
        var target = request.Target is null ? null : Path.GetFullPath(request.Target, systemContext.CurrentDirectory);
        if (target is not null && File.Exists(target) && !request.Replaces)
        {
            throw new FirnException($"{request.Target} is there already", $"{RequestSetting.Replaces} replaces it", FailureKind.InvalidRequest);
        }

        using var fetcher = new Fetcher(new FetchOptions(), systemContext);
        using var solvers = new MachineSolvers(systemContext);
        var specification = new SpecificationReader(systemContext, new SpecificationOptions()).Read(request.Files);
        var options = new PlanOptions { Python = request.Python, Index = request.Indexes.ToOptions(systemContext), WithPip = false };
        var draft = new CreationPlanner(systemContext, fetcher, null, solvers, options).Plan(specification, cancellation);
        if (!draft.Editables.IsEmpty || !draft.Built.IsEmpty)
        {
            throw new FirnException(
                $"{string.Join(", ", draft.Editables.Select(item => item.Distribution.DisplayName).Concat(draft.Built))} cannot stand in a lock: it is built from source",
                "keep it in a requirement file of its own beside the lock: firn create -f LOCK -f FILE");
        }

        observer?.Tell(WorkNotice.Solved.Of(draft));
        var text = LockWriter.Write(draft.Plan, request.Files);
        if (target is not null)
        {
            Write(target, text);
        }

        return new LockEnvironmentResult(text, draft.Plan.Count);
    }

    private static void Write(string target, string text)
    {
        try
        {
            using var staged = AtomicFile.Stage(target, Encoding.UTF8.GetBytes(text));
            staged.Place();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FirnException($"cannot write {target}: {exception.Message.TrimEnd('.')}", $"name a file in a folder of yours: {RequestSetting.Target:FILE}", innerException: exception);
        }
    }
}
