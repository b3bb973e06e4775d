using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Analyses.Launching;

/// <summary>A file or a folder that a command sees in the place of another one.</summary>
/// <param name="Source">What it sees, absolute.</param>
/// <param name="Target">Where, absolute; something of the same kind is there.</param>
/// <param name="IsReadOnly">Whether it cannot write to it.</param>
internal sealed record PrivateMount(string Source, string Target, bool IsReadOnly);

/// <summary>
/// What a command sees in other places than everybody else (mount_namespaces(7)). Nothing of it is seen outside of the
/// command and its descendants, and it ends with them.
/// </summary>
/// <param name="Mounts">In the order in which they are made.</param>
/// <param name="Outside">A folder as this process knows it, absolute.</param>
/// <param name="Inside">The same folder as the command sees it.</param>
internal sealed record PrivateMounts(ImmutableArray<PrivateMount> Mounts, string Outside, string Inside)
{
    public string ToInside(string path) => RealPath.IsWithin(path, Outside) ? Inside + path[Outside.Length..] : path;

    public string ToOutside(string path) => RealPath.IsWithin(path, Inside) ? Outside + path[Inside.Length..] : path;
}
