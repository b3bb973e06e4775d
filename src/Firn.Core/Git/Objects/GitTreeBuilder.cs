namespace Firn.Git.Objects;

/// <summary>
/// Computes the id of the tree that <c>git write-tree</c> would make from an index, without writing it: whether
/// anything is staged is then one comparison with the tree of HEAD.
/// </summary>
internal sealed class GitTreeBuilder(GitHasher hasher)
{
    private readonly List<Level> _levels = [new Level()];
    private byte[] _path = new byte[256];
    private int _pathLength;

    /// <summary>Takes the next entry, in the order of the index.</summary>
    public void Add(GitIndexEntry entry)
    {
        // Entries of sparse directories end in a slash and already are trees.
        var path = entry.Path.TrimEnd((byte)'/');
        var nameStart = path.LastIndexOf((byte)'/') + 1;
        Enter(path[..nameStart]);
        Append(_levels[^1], entry.Mode, path[nameStart..], entry.ObjectId);
    }

    /// <summary>The id of the root.</summary>
    public byte[] Finish()
    {
        while (_levels.Count > 1)
        {
            Leave();
        }

        var id = new byte[hasher.HashLength];
        hasher.Compute("tree", _levels[0].Content, id);
        return id;
    }

    /// <summary>Closes the folders that the path is not in and opens those that it is.</summary>
    private void Enter(ReadOnlySpan<byte> folder)
    {
        while (_pathLength > 0 && !folder.StartsWith(_path.AsSpan(0, _pathLength)))
        {
            Leave();
        }

        while (_pathLength < folder.Length)
        {
            var length = folder[_pathLength..].IndexOf((byte)'/') + 1;
            Open(folder.Slice(_pathLength, length));
        }
    }

    private void Open(ReadOnlySpan<byte> name)
    {
        if (_pathLength + name.Length > _path.Length)
        {
            Array.Resize(ref _path, Math.Max(_path.Length * 2, _pathLength + name.Length));
        }

        name.CopyTo(_path.AsSpan(_pathLength));
        _levels.Add(new Level { PathStart = _pathLength });
        _pathLength += name.Length;
    }

    private void Leave()
    {
        var level = _levels[^1];
        _levels.RemoveAt(_levels.Count - 1);
        var name = _path.AsSpan(level.PathStart, _pathLength - level.PathStart - 1);
        _pathLength = level.PathStart;
        // Git makes no empty trees.
        if (level.Content.Length > 0)
        {
            Span<byte> id = stackalloc byte[hasher.HashLength];
            hasher.Compute("tree", level.Content, id);
            Append(_levels[^1], GitIndexEntry.Directory, name, id);
        }
    }

    private static void Append(Level level, uint mode, ReadOnlySpan<byte> name, ReadOnlySpan<byte> id)
    {
        level.AppendOctal(mode);
        level.Append(" "u8);
        level.Append(name);
        level.Append("\0"u8);
        level.Append(id);
    }

    /// <summary>A tree that is being filled.</summary>
    private sealed class Level
    {
        private byte[] _content = new byte[512];
        private int _length;

        public int PathStart { get; init; }

        public ReadOnlySpan<byte> Content => _content.AsSpan(0, _length);

        public void Append(ReadOnlySpan<byte> bytes)
        {
            if (bytes.Length > _content.Length - _length)
            {
                Array.Resize(ref _content, Math.Max(_content.Length * 2, _length + bytes.Length));
            }

            bytes.CopyTo(_content.AsSpan(_length));
            _length += bytes.Length;
        }

        public void AppendOctal(uint number)
        {
            Span<byte> digits = stackalloc byte[11];
            var at = digits.Length;
            do
            {
                digits[--at] = (byte)('0' + (number & 7));
                number >>= 3;
            }
            while (number != 0);
            Append(digits[at..]);
        }
    }
}

/// <summary>A name in a tree.</summary>
/// <param name="Mode">As in <see cref="GitIndexEntry.Mode"/>.</param>
/// <param name="Name">The name's bytes, without a slash.</param>
/// <param name="Id">The object's id.</param>
internal sealed record GitTreeEntry(uint Mode, byte[] Name, byte[] Id)
{
    public bool IsDirectory => (Mode & 0xF000) == GitIndexEntry.Directory;

    public bool IsSubmodule => (Mode & 0xF000) == GitIndexEntry.Submodule;

    /// <summary>The entries of a tree's content; <see langword="null"/> where it is not a tree.</summary>
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
