namespace Firn.Fuzz.Mutations;

/// <summary>
/// Large inputs of two kinds of length at once: one very long word, and very many of a line or of a piece. Work that
/// grows with the product of the two shows here, and hardly ever in small inputs.
/// </summary>
internal static class StressMutations
{
    private const int Half = 1 << 18;

    public static byte[] Apply(byte[] content, FuzzRandom random)
    {
        var word = random.Below(content.Length + 1);
        var width = Math.Min(1 + random.Below(3), content.Length - word);
        var stretched = Filled(content.AsSpan(word, width), random.OneIn(2) ? Half : 4000);
        content = [.. content.AsSpan(0, word), .. stretched, .. content.AsSpan(word)];

        var at = random.Below(content.Length + 1);
        // Behind the long word more often than before it.
        at = random.OneIn(4) ? at : Math.Min(content.Length, word + stretched.Length + random.Below(200));
        var line = content.AsSpan(at)[..Math.Min(content.Length - at, 1 + random.Below(60))];
        var end = line.IndexOf((byte)'\n');
        line = end < 0 || random.OneIn(4) ? line : line[..(end + 1)];
        return [.. content.AsSpan(0, at), .. Filled(line, Half), .. content.AsSpan(at)];
    }

    private static byte[] Filled(ReadOnlySpan<byte> piece, int length)
    {
        if (piece.IsEmpty)
        {
            return [];
        }

        var filled = new byte[length / piece.Length * piece.Length];
        for (var at = 0; at < filled.Length; at += piece.Length)
        {
            piece.CopyTo(filled.AsSpan(at));
        }

        return filled;
    }
}
