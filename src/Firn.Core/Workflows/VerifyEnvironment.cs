using Firn.Archives;
using Firn.Archives.Verification;
using Firn.Captures;
using Firn.Captures.Verification;
using Firn.Common;
using Firn.Projects;

namespace Firn.Workflows;

/// <summary>What to compare with what.</summary>
public sealed record VerifyEnvironmentRequest
{
    /// <summary>
    /// A capture's folder or its <c>environment.json</c>, an environment id or the start of its digits, or a run
    /// <c>SUBJECT/NAME[@N]</c>.
    /// </summary>
    public required string Capture { get; init; }

    /// <summary>The environment as it is now.</summary>
    public InspectionRequest Environment { get; init; } = new();

    /// <summary>The store's folder; <see langword="null"/> for <c>FIRN_STORE</c>, else the project's, else the user's own, if there is one.</summary>
    public string? Store { get; init; }

    /// <summary>Whether every file is read and compared with what is recorded of it.</summary>
    public bool ReadsData { get; init; }

    /// <summary>
    /// The folder of the project whose store and runs are meant; <see langword="null"/> for the one with <c>firn.yaml</c>, the
    /// current one or above.
    /// </summary>
    public string? Project { get; init; }

    /// <summary>Whether a run that is named without its number may be another project's.</summary>
    public bool IsOfAllProjects { get; init; }
}

/// <summary>Captures an environment again and compares: interpreter, packages, recorded contents, native libraries, and files.</summary>
/// <param name="systemContext">Variables, home and current folder.</param>
public sealed class VerifyEnvironment(SystemContext systemContext)
{
    /// <summary>Compares.</summary>
    /// <param name="request">What with what.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="FirnException">There is no such capture or no such environment.</exception>
    public VerificationResult Run(VerifyEnvironmentRequest request, CancellationToken cancellation = default)
    {
        // It may do without a store: where there can be none, a folder that is not there.
        var store = ProjectStore.LocateAnywhere(request.Store, request.Project, systemContext with { HomeProblem = null });
        var project = request.IsOfAllProjects ? null : ProjectIdentity.Find(request.Project, systemContext);
        var located = ArchiveReference.Locate(request.Capture, store, systemContext, project);
        return new EnvironmentVerifier(located.Capture, located.Archive?.Document, located.Store?.Bundles, systemContext)
            .Verify(request.Environment, request.ReadsData, cancellation);
    }
}
