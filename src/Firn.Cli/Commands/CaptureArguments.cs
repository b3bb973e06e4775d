using Firn.Captures;

namespace Firn.Cli.Commands;

/// <summary>The arguments of <c>firn capture</c>.</summary>
/// <param name="Request">Which environment.</param>
/// <param name="Folder">Where the files go; <see langword="null"/> for a summary only.</param>
/// <param name="IsDryRun">Whether nothing is written.</param>
/// <param name="AsJson">Whether the document itself is the result on standard output.</param>
/// <param name="Archive">What to archive; <see langword="null"/> for nothing.</param>
internal sealed record CaptureArguments(
    InspectionRequest Request, string? Folder, bool IsDryRun, bool AsJson, ArchiveRequest? Archive = null);
