namespace Firn.Fuzz.Mutations;

/// <summary>Moves, takes away and repeats pieces.</summary>
internal static class BlockMutations
{
    private const int MaxRepeated = 1 << 20;

    public static byte[] Apply(byte[] content, FuzzRandom random)
    {
        var at = random.Below(content.Length + 1);
        var length = random.Length(content.Length - at);
        var piece = content.AsSpan(at, length);
        switch (random.Below(7))
        {
            case 0:
                return content[..at];
            case 1:
                return [.. content.AsSpan(0, at), .. content.AsSpan(at + length)];
            case 2:
                return Insert(content, random.Below(content.Length + 1), piece);
            case 3:
                return Insert(content, at, Repeated(piece, random));
            case 4:
                return Insert(content, at, Noise(random));
            case 5:
                return content[at..];
            default:
                byte[] copy = [.. content];
                var target = random.Below(content.Length - length + 1);
                piece.CopyTo(copy.AsSpan(target));
                return copy;
        }
    }

    private static byte[] Insert(ReadOnlySpan<byte> content, int at, ReadOnlySpan<byte> piece) =>
        [.. content[..at], .. piece, .. content[at..]];

    /// <summary>Mostly a few times; now and then so often that a slow parser is found out.</summary>
    public static byte[] Repeated(ReadOnlySpan<byte> piece, FuzzRandom random)
    {
        if (piece.IsEmpty)
        {
            return [];
        }

        var most = random.OneIn(200) ? MaxRepeated : random.OneIn(20) ? 1 << 16 : 2048;
        var count = 1 + random.Below(most / piece.Length);
        var repeated = new byte[count * piece.Length];
        for (var i = 0; i < count; i++)
        {
            piece.CopyTo(repeated.AsSpan(i * piece.Length));
        }

        return repeated;
    }

    private static byte[] Noise(FuzzRandom random)
    {
        var noise = new byte[random.Length(256)];
        for (var i = 0; i < noise.Length; i++)
        {
            noise[i] = (byte)random.Next();
        }

        return noise;
    }
}
