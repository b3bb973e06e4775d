using Firn.Archives.Planning;
using Firn.Captures;
using Firn.Common;

namespace Firn.Workflows;

/// <summary>Which environment to capture, and what to do with the capture.</summary>
public sealed record CaptureEnvironmentRequest
{
    /// <summary>Which environment.</summary>
    public InspectionRequest Environment { get; init; } = new();

    /// <summary>The folder for the capture's files; <see langword="null"/> to write none.</summary>
    public string? Folder { get; init; }

    /// <summary>Whether the capture's files are made for the result, also where they are not written.</summary>
    public bool WithFiles { get; init; }

    /// <summary>How to archive the environment's bytes; <see langword="null"/> not to.</summary>
    public ArchiveEnvironmentOptions? Archive { get; init; }

    /// <summary>Whether nothing is written.</summary>
    public bool IsDryRun { get; init; }
}

/// <summary>What came of a capture.</summary>
/// <param name="Inspection">The capture, and why it is of this environment.</param>
/// <param name="Files">Its files, where they were asked for.</param>
/// <param name="Archive">What was archived, where that was asked for.</param>
public sealed record CaptureEnvironmentResult(
    Inspection Inspection, IReadOnlyList<CaptureFile> Files, ArchiveEnvironmentResult? Archive);

/// <summary>Captures an environment, writes the capture's files, and archives its bytes where that is asked for.</summary>
/// <param name="systemContext">Variables, home and current folder.</param>
public sealed class CaptureEnvironment(SystemContext systemContext)
{
    /// <summary>Captures.</summary>
    /// <param name="request">Which environment, and what becomes of the capture.</param>
    /// <param name="observer">Is told how far archiving is.</param>
    /// <param name="cancellation">Ends it before files are written, or archiving; nothing is recorded then.</param>
    /// <exception cref="FirnException">There is no such environment, or something cannot be written.</exception>
    public CaptureEnvironmentResult Run(
        CaptureEnvironmentRequest request, IWorkObserver? observer = null, CancellationToken cancellation = default)
    {
        // Its files are looked at beside the inspection.
        BackgroundScan? scan = null;
        var inspection = new EnvironmentInspector(systemContext).Inspect(
            request.Environment,
            environment => scan = request.Archive is null ? null : BackgroundScan.Start(environment, systemContext, cancellation));
        cancellation.ThrowIfCancellationRequested();
        var files = request.Folder is not null || request.WithFiles ? CaptureFiles.Create(inspection.Capture) : [];
        if (request.Folder is { } folder && !request.IsDryRun)
        {
            CaptureFiles.Write(files, Path.GetFullPath(folder, systemContext.CurrentDirectory));
        }

        var archive = request.Archive is { } options
            ? new ArchiveEnvironment(systemContext).Run(inspection.Capture, options, request.IsDryRun, scan, observer, cancellation)
            : null;
        return new CaptureEnvironmentResult(inspection, files, archive);
    }
}
