using Firn.Captures.Archives;

namespace Firn.Cli.Commands;

/// <summary>What <c>firn capture --archive</c> was asked for.</summary>
/// <param name="Store">The store that was named.</param>
/// <param name="Options">What to archive.</param>
/// <param name="IsConfirmed">Whether the size does not matter.</param>
internal sealed record ArchiveRequest(string? Store, ArchiveOptions Options, bool IsConfirmed);
