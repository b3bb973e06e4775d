using Firn.Restore.Writing;

namespace Firn.Restore.Unpacking;

/// <summary>
/// Bytecode that a package itself ships: its source gets the time that the header names, so that both stay as published
/// and Python trusts one for the other.
/// </summary>
internal sealed class ShippedBytecode
{
    private readonly Dictionary<string, long> _times = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _namedSizes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _sizes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _paths = new(StringComparer.Ordinal);

    /// <summary>Notes a member: bytecode for its source, a source for its place.</summary>
    /// <param name="member">The path in the bundle.</param>
    /// <param name="path">The place, relative to the restored prefix.</param>
    /// <param name="start">At least the first bytes.</param>
    /// <param name="size">How many there are.</param>
    public void Note(string member, string path, ReadOnlySpan<byte> start, long size)
    {
        if (BytecodeHeader.SourceOf(start) is { } named && BytecodeHeader.SourcePath(member) is { } source)
        {
            _times[source] = named.Time;
            _namedSizes[source] = named.Size;
        }
        else if (FileTimes.IsSource(member))
        {
            _paths[member] = path;
            _sizes[member] = size;
        }
    }

    /// <summary>Gives the sources their times, when all members are written.</summary>
    public void SetTimes(PackageWriter package, TreeWriter writer)
    {
        foreach (var (source, time) in _times)
        {
            // A source that holds the prefix is another one than the bytecode was made from.
            if (package.SourceTimes.ContainsKey(source) && _paths.TryGetValue(source, out var path)
                && _sizes[source] == _namedSizes[source])
            {
                writer.SetTime(path, time);
                package.Remember(source, time);
            }
        }
    }
}
