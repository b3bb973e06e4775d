using System.Text;

namespace Firn.Python.Requirements;

/// <summary>Decodes requirement files: by a byte order mark, by a line as in PEP 263, else UTF-8 (pip: req/req_file.py _decode_req_file).</summary>
internal static class RequirementsDecoding
{
    /// <summary>The text. An encoding that is unknown is named, and UTF-8 taken instead.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes, out string? unknownEncoding)
    {
        unknownEncoding = null;
        // UTF-32's mark begins with UTF-16's.
        Encoding[] marked = [new UTF8Encoding(true), new UTF32Encoding(false, true), new UTF32Encoding(true, true), Encoding.Unicode, Encoding.BigEndianUnicode];
        foreach (var encoding in marked)
        {
            if (bytes.StartsWith(encoding.Preamble))
            {
                return encoding.GetString(bytes[encoding.Preamble.Length..]);
            }
        }

        if (DeclaredEncoding(bytes) is not { } name)
        {
            return Encoding.UTF8.GetString(bytes);
        }

        if (Named(name) is { } declared)
        {
            return declared.GetString(bytes);
        }

        unknownEncoding = name;
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary><c>coding[:=]\s*([-\w.]+)</c> in a comment of the first two lines.</summary>
    private static string? DeclaredEncoding(ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < 2 && !bytes.IsEmpty; i++)
        {
            var end = bytes.IndexOf((byte)'\n');
            var line = end < 0 ? bytes : bytes[..end];
            bytes = end < 0 ? [] : bytes[(end + 1)..];
            if (line.StartsWith("#"u8) && EncodingIn(line) is { } name)
            {
                return name;
            }
        }

        return null;
    }

    private static string? EncodingIn(ReadOnlySpan<byte> line)
    {
        while (line.IndexOf("coding"u8) is >= 0 and var at)
        {
            line = line[(at + 6)..];
            if (line.IsEmpty || line[0] is not ((byte)':' or (byte)'='))
            {
                continue;
            }

            var name = line[1..].TrimStart(" \t\r\f\v"u8);
            var length = 0;
            while (length < name.Length && (char.IsAsciiLetterOrDigit((char)name[length]) || name[length] is (byte)'-' or (byte)'_' or (byte)'.'))
            {
                length++;
            }

            if (length > 0)
            {
                return Encoding.ASCII.GetString(name[..length]);
            }
        }

        return null;
    }

    private static Encoding? Named(string name)
    {
        var plain = name.ToLowerInvariant().Replace('_', '-');
        if (plain is "utf-8" or "utf8" or "utf-8-sig" or "ascii" or "us-ascii")
        {
            return Encoding.UTF8;
        }

        if (plain is "latin-1" or "latin1" or "iso-8859-1" or "l1")
        {
            return Encoding.Latin1;
        }

        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(plain.StartsWith("cp", StringComparison.Ordinal) ? "windows-" + plain[2..] : plain);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
