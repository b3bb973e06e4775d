namespace Firn.Git;

/// <summary>A name in a tree.</summary>
/// <param name="Mode">As in <see cref="GitIndexEntry.Mode"/>.</param>
/// <param name="Name">The name's bytes, without a slash.</param>
/// <param name="Id">The object's id.</param>
internal sealed record GitTreeEntry(uint Mode, byte[] Name, byte[] Id)
{
    public bool IsDirectory => (Mode & 0xF000) == GitIndexEntry.Directory;

    public bool IsSubmodule => (Mode & 0xF000) == GitIndexEntry.Submodule;

    /// <summary>The entries of a tree's content; <see langword="null"/> where it is no tree.</summary>
    public static List<GitTreeEntry>? ReadAll(ReadOnlySpan<byte> content, int hashLength)
    {
        var entries = new List<GitTreeEntry>();
        while (!content.IsEmpty)
        {
            var blank = content.IndexOf((byte)' ');
            var end = content.IndexOf((byte)0);
            if (blank is < 1 or > 7 || end <= blank + 1 || content.Length - end - 1 < hashLength)
            {
                return null;
            }

            var mode = 0u;
            foreach (var digit in content[..blank])
            {
                if (digit is < (byte)'0' or > (byte)'7')
                {
                    return null;
                }

                mode = (mode << 3) | (uint)(digit - '0');
            }

            var name = content[(blank + 1)..end];
            if (name.Contains((byte)'/'))
            {
                return null;
            }

            entries.Add(new GitTreeEntry(mode, name.ToArray(), content.Slice(end + 1, hashLength).ToArray()));
            content = content[(end + 1 + hashLength)..];
        }

        return entries;
    }
}
