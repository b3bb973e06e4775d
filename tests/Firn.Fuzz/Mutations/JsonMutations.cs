using System.Text;

namespace Firn.Fuzz.Mutations;

/// <summary>Changes members of JSON objects so that the text stays JSON: what reads the document is reached, not only the parser.</summary>
internal static class JsonMutations
{
    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "-1", "1e400", "9223372036854775808", "2147483648", "0.5", "\"\"", "[]", "{}", "[null]", "[[]]", "[{}]",
        "[1,\"a\"]", "{\"a\":1}", "\"\\ud800\"", "\"\\u0000\"", "\"\\n\"", "\"/\"", "\"..\"", "\"://\"", "\"s://.conda\"", "\"a=b\"", "\"sha256:\"",
        "\"file://\"", "\"9999-12-31T23:59:59+14:00\"", "\"~=1\"", "\"python\"", "\"a b c d\"", "\"[x\"", "\"x[version='\"", "\"\\ufffd\"", "\"C:\\\\\"",
    ];

    public static byte[] Apply(byte[] content, FuzzRandom random)
    {
        var member = MemberAt(content, random.Below(content.Length + 1));
        if (member is not { } found)
        {
            return TextMutations.Apply(content, random);
        }

        var text = content.AsSpan(found.Start, found.End - found.Start);
        switch (random.Below(6))
        {
            case 0:
                // Twice the same name.
                return Replace(content, found.Start, found.Start, [.. text, (byte)',']);
            case 1:
                return Replace(content, found.Start, found.End, "\"x\":0"u8);
            case 2 when MemberAt(content, random.Below(content.Length + 1)) is { } other:
                return Replace(content, found.Value, found.End, content.AsSpan(other.Value, other.End - other.Value));
            case 3:
                // The same value many times, in an array.
                var value = Encoding.UTF8.GetString(content.AsSpan(found.Value, found.End - found.Value));
                var count = 1 + random.Below(Math.Max(1, (random.OneIn(50) ? 1 << 19 : 4096) / Math.Max(1, value.Length)));
                return Replace(content, found.Value, found.End, Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat(value, count))}]"));
            default:
                return Replace(content, found.Value, found.End, Encoding.UTF8.GetBytes(random.Pick<string>(Values)));
        }
    }

    /// <summary>The first member behind the place.</summary>
    private static (int Start, int Value, int End)? MemberAt(ReadOnlySpan<byte> content, int at)
    {
        while (at < content.Length)
        {
            var quote = content[at..].IndexOf((byte)'"');
            if (quote < 0)
            {
                return null;
            }

            var start = at + quote;
            at = EndOfString(content, start);
            var value = SkipBlanks(content, at);
            if (value < content.Length && content[value] == ':')
            {
                value = SkipBlanks(content, value + 1);
                return (start, value, EndOfValue(content, value));
            }
        }

        return null;
    }

    private static int SkipBlanks(ReadOnlySpan<byte> content, int at)
    {
        while (at < content.Length && content[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            at++;
        }

        return at;
    }

    private static int EndOfString(ReadOnlySpan<byte> content, int at)
    {
        for (at++; at < content.Length; at++)
        {
            if (content[at] == '"')
            {
                return at + 1;
            }

            at += content[at] == '\\' ? 1 : 0;
        }

        return content.Length;
    }

    private static int EndOfValue(ReadOnlySpan<byte> content, int at)
    {
        for (var depth = 0; at < content.Length; at++)
        {
            switch (content[at])
            {
                case (byte)'"':
                    at = EndOfString(content, at) - 1;
                    break;
                case (byte)'{' or (byte)'[':
                    depth++;
                    break;
                case (byte)'}' or (byte)']' when depth > 0:
                    depth--;
                    break;
                case (byte)'}' or (byte)']' or (byte)',' when depth == 0:
                    return at;
                default:
                    break;
            }
        }

        return content.Length;
    }

    private static byte[] Replace(ReadOnlySpan<byte> content, int start, int end, ReadOnlySpan<byte> text) =>
        [.. content[..start], .. text, .. content[end..]];
}
