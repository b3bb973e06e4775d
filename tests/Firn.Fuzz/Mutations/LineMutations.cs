namespace Firn.Fuzz.Mutations;

/// <summary>Changes whole lines, which is what most of the formats are made of.</summary>
internal static class LineMutations
{
    public static byte[] Apply(byte[] content, FuzzRandom random)
    {
        var line = LineAt(content, random.Below(content.Length + 1));
        var other = LineAt(content, random.Below(content.Length + 1));
        var text = content[line];
        switch (random.Below(8))
        {
            case 0:
                return Replace(content, line, []);
            case 1:
                return Replace(content, line, [.. text, .. text]);
            case 2:
                return Replace(content, line, content[other]);
            case 3:
                return Replace(content, line, [.. text.AsSpan().TrimEnd((byte)'\n')]);
            case 4:
                return Replace(content, line, [.. text.AsSpan(0, random.Below(text.Length + 1)), (byte)'\n']);
            case 5:
                return Replace(content, line, [.. text.AsSpan().TrimEnd((byte)'\n'), .. "\r\n"u8]);
            case 6:
                return Replace(content, line, BlockMutations.Repeated(text, random));
            default:
                ReadOnlySpan<byte> start = random.Below(4) switch { 0 => " "u8, 1 => "\t"u8, 2 => "#"u8, _ => "\n"u8 };
                return Replace(content, line, [.. start, .. text]);
        }
    }

    private static Range LineAt(ReadOnlySpan<byte> content, int at)
    {
        var start = content[..at].LastIndexOf((byte)'\n') + 1;
        var length = content[start..].IndexOf((byte)'\n');
        return start..(length < 0 ? content.Length : start + length + 1);
    }

    private static byte[] Replace(ReadOnlySpan<byte> content, Range range, ReadOnlySpan<byte> text)
    {
        var (start, length) = range.GetOffsetAndLength(content.Length);
        return [.. content[..start], .. text, .. content[(start + length)..]];
    }
}
