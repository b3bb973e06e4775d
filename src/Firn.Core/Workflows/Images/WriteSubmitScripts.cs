using Firn.Common;
using Firn.Images;
using Firn.Images.Scaffold;

namespace Firn.Workflows.Images;

/// <summary>Scripts that start an installation's images on a cluster.</summary>
public sealed record SubmitScriptsRequest
{
    /// <summary>Which installation.</summary>
    public InstallationSelection Selection { get; init; } = new();

    /// <summary>Which cluster.</summary>
    public required SubmitTarget Target { get; init; }

    /// <summary>The images' name in a registry, without a tag; <see langword="null"/> for the name that they have here.</summary>
    public string? Name { get; init; }
}

/// <summary>Writes scripts that start an installation's images on a cluster; they are the project's own from then on.</summary>
/// <param name="systemContext">Variables, home and current folder.</param>
public sealed class WriteSubmitScripts(SystemContext systemContext)
{
    /// <summary>Decides which files there are to be; nothing is written.</summary>
    /// <param name="request">For what.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="FirnException">There is no installation, or the name is none that images can have.</exception>
    public FilePlan Plan(SubmitScriptsRequest request, CancellationToken cancellation = default)
    {
        var installation = request.Selection.Find(systemContext, cancellation);
        var name = request.Name is { } given ? ImageReference.Parse(given) : null;
        if (name is { Tag: not null } or { Digest: not null })
        {
            throw new FirnException($"'{request.Name}' has a tag", "leave the tag out: each script has its image's own", FailureKind.InvalidRequest);
        }

        return new FilePlan(installation.ProjectFolder, SubmitPlan.Make(installation, request.Target, name));
    }
}
