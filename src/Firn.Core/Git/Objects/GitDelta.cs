namespace Firn.Git.Objects;

/// <summary>Applies the deltas of packs (git: patch-delta.c).</summary>
internal static class GitDelta
{
    /// <summary>Applies deltas, the last one pushed first; <see langword="null"/> where one is broken or too large.</summary>
    public static byte[]? Apply(byte[] start, Stack<byte[]> deltas, int most)
    {
        byte[]? content = start;
        while (content is not null && deltas.Count > 0)
        {
            content = Apply(content, deltas.Pop(), most);
        }

        return content;
    }

    /// <summary>Applies one delta.</summary>
    public static byte[]? Apply(ReadOnlySpan<byte> source, ReadOnlySpan<byte> delta, int most)
    {
        var at = 0;
        if (!ReadSize(delta, ref at, out var sourceSize) || !ReadSize(delta, ref at, out var size)
            || sourceSize != source.Length || size > most)
        {
            return null;
        }

        var result = new byte[size];
        var written = 0;
        while (at < delta.Length)
        {
            var command = delta[at++];
            ReadOnlySpan<byte> part;
            if ((command & 128) != 0)
            {
                if (!ReadCopy(command, delta, ref at, source, out part))
                {
                    return null;
                }
            }
            else if (command == 0 || command > delta.Length - at)
            {
                return null;
            }
            else
            {
                part = delta.Slice(at, command);
                at += command;
            }

            if (part.Length > result.Length - written)
            {
                return null;
            }

            part.CopyTo(result.AsSpan(written));
            written += part.Length;
        }

        return written == result.Length ? result : null;
    }

    private static bool ReadCopy(
        byte command, ReadOnlySpan<byte> delta, scoped ref int at, ReadOnlySpan<byte> source, out ReadOnlySpan<byte> part)
    {
        part = default;
        long offset = 0;
        long length = 0;
        for (var bit = 0; bit < 7; bit++)
        {
            if ((command & (1 << bit)) == 0)
            {
                continue;
            }

            if (at >= delta.Length)
            {
                return false;
            }

            var value = (long)delta[at++];
            offset |= bit < 4 ? value << (8 * bit) : 0;
            length |= bit < 4 ? 0 : value << (8 * (bit - 4));
        }

        length = length == 0 ? 0x10000 : length;
        if (offset > source.Length || length > source.Length - offset)
        {
            return false;
        }

        part = source.Slice((int)offset, (int)length);
        return true;
    }

    private static bool ReadSize(ReadOnlySpan<byte> delta, ref int at, out long size)
    {
        size = 0;
        for (var shift = 0; shift < 35 && at < delta.Length; shift += 7)
        {
            var c = delta[at++];
            size |= (long)(c & 127) << shift;
            if ((c & 128) == 0)
            {
                return true;
            }
        }

        return false;
    }
}
