namespace Firn.Python.Installation;

/// <summary>
/// Finds where a text names the prefix, always at the boundary of a path: <c>/opt/env</c> is not found in
/// <c>/opt/env2</c> nor in <c>/data/opt/env</c>, but in <c>-I/opt/env/include</c> and <c>file:///opt/env</c>.
/// </summary>
/// <param name="prefix">The prefix, absolute, without a final slash.</param>
internal readonly ref struct PrefixSpots(ReadOnlySpan<byte> prefix)
{
    private readonly ReadOnlySpan<byte> _prefix = prefix;

    /// <summary>The offset of the first spot at or behind <paramref name="start"/>; -1 where there is none.</summary>
    public int Next(ReadOnlySpan<byte> text, int start)
    {
        while (start < text.Length)
        {
            var found = text[start..].IndexOf(_prefix);
            if (found < 0)
            {
                return -1;
            }

            var at = start + found;
            if (EndsThere(text, at + _prefix.Length) && StartsThere(text, at))
            {
                return at;
            }

            start = at + 1;
        }

        return -1;
    }

    private static bool EndsThere(ReadOnlySpan<byte> text, int end) =>
        end == text.Length || text[end] == (byte)'/' || !IsPathCharacter(text[end])
        || (text[end] == (byte)'.' && IsSentenceEnd(text, end + 1));

    private static bool IsSentenceEnd(ReadOnlySpan<byte> text, int next) =>
        next == text.Length || text[next] is (byte)' ' or (byte)'\n' or (byte)'\r';

    /// <summary>What stands before it up to a separator is an option (<c>-L</c>) or a URL's <c>//</c>, no longer path.</summary>
    private static bool StartsThere(ReadOnlySpan<byte> text, int start)
    {
        var at = start;
        while (at > 0 && (IsPathCharacter(text[at - 1]) || text[at - 1] == (byte)'/'))
        {
            at--;
        }

        var before = text[at..start];
        return before.IsEmpty || (before[0] == (byte)'-' && before.IndexOf((byte)'/') < 0)
            || (before.SequenceEqual("//"u8) && at > 0 && text[at - 1] == (byte)':');
    }

    private static bool IsPathCharacter(byte b) =>
        b >= 0x80 || char.IsAsciiLetterOrDigit((char)b)
        || b is (byte)'-' or (byte)'_' or (byte)'.' or (byte)'+' or (byte)'~' or (byte)'@' or (byte)'%';
}
