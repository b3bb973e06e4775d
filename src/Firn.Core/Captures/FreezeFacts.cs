using System.Collections.Immutable;

namespace Firn.Captures;

/// <summary>The output of <c>pip freeze</c>.</summary>
/// <param name="PipVersion">The pip whose rules were followed, the one installed there; null where none is, and the newest rules hold.</param>
/// <param name="Entries">
/// One element for a distribution in pip's order, comments included, with LF between its lines and none at the end.
/// Credentials are removed.
/// </param>
public sealed record FreezeFacts(string? PipVersion, ImmutableArray<string> Entries)
{
    /// <summary>The text as pip prints it, LF at the end of each line.</summary>
    public string ToText() => Entries.IsEmpty ? string.Empty : string.Join('\n', Entries) + "\n";
}
