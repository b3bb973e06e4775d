using System.Collections.Immutable;
using System.Text;
using Firn.Common.Bundles;

namespace Firn.Python.Installation;

/// <summary>A text in which tokens stand for the folders of an installation.</summary>
/// <param name="Content">The text.</param>
/// <param name="Offsets">Where tokens stand in it, ascending.</param>
internal sealed record PrefixText(byte[] Content, ImmutableArray<long> Offsets)
{
    /// <summary>
    /// Replaces every spot of the folders by their tokens; <see langword="null"/> where there is none, or where the text
    /// holds one of the tokens already, which no restore could tell apart.
    /// </summary>
    public static PrefixText? Replace(ReadOnlySpan<byte> text, IReadOnlyList<PrefixToken> tokens)
    {
        foreach (var token in tokens)
        {
            if (text.IndexOf(token.Token) >= 0)
            {
                return null;
            }
        }

        var offsets = ImmutableArray.CreateBuilder<long>();
        var output = new MemoryStream(text.Length + 64);
        var copied = 0;
        while (NextSpot(text, copied, tokens, out var spot) is { } token)
        {
            output.Write(text[copied..spot]);
            offsets.Add(output.Length);
            output.Write(token.Token);
            copied = spot + token.Folder.Length;
        }

        if (offsets.Count == 0)
        {
            return null;
        }

        output.Write(text[copied..]);
        return new PrefixText(output.ToArray(), offsets.ToImmutable());
    }

    /// <summary>The first spot of any folder; of two at one place the longer one.</summary>
    private static PrefixToken? NextSpot(
        ReadOnlySpan<byte> text, int start, IReadOnlyList<PrefixToken> tokens, out int spot)
    {
        PrefixToken? best = null;
        spot = -1;
        foreach (var token in tokens)
        {
            var at = new PrefixOccurrences(token.Folder).Next(text, start);
            if (at >= 0 && (best is null || at < spot || (at == spot && token.Folder.Length > best.Folder.Length)))
            {
                best = token;
                spot = at;
            }
        }

        return best;
    }
}

/// <summary>A folder of this installation and what stands for it in an archive.</summary>
internal sealed class PrefixToken
{
    /// <param name="folder">Absolute, without a final slash.</param>
    /// <param name="token">Stands for it: <c>/@firn-prefix@</c>.</param>
    public PrefixToken(string folder, string token)
    {
        Folder = Encoding.UTF8.GetBytes(folder);
        Token = Encoding.UTF8.GetBytes(token);
    }

    public byte[] Folder { get; }

    public byte[] Token { get; }

    /// <summary>
    /// Whether texts may be searched for the folder: <c>/</c> and <c>/usr</c> are in texts that do not mean the prefix.
    /// </summary>
    public static bool IsTelling(string folder) =>
        folder.StartsWith('/') && folder is not ("/" or "/usr" or "/usr/local") && folder.Length > 1;
}

/// <summary>
/// Finds where a text names the prefix, always at the boundary of a path: <c>/opt/env</c> is not found in
/// <c>/opt/env2</c> nor in <c>/data/opt/env</c>, but in <c>-I/opt/env/include</c> and <c>file:///opt/env</c>.
/// </summary>
/// <param name="prefix">The prefix, absolute, without a final slash.</param>
internal readonly ref struct PrefixOccurrences(ReadOnlySpan<byte> prefix)
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

/// <summary>Notes the small texts that name a prefix, of files that are kept as they are.</summary>
/// <param name="names">What the prefix is called.</param>
internal sealed class PrefixWatch(IEnumerable<string> names) : IContentObserver
{
    private readonly byte[][] _names = [.. names.Where(PrefixToken.IsTelling).Select(Encoding.UTF8.GetBytes)];
    private readonly HashSet<string> _found = new(StringComparer.Ordinal);

    /// <summary>Whether there is anything to look for.</summary>
    public bool IsOn => _names.Length > 0;

    /// <summary>The files, by where they were read.</summary>
    public IReadOnlySet<string> Found => _found;

    public void See(string path, ReadOnlySpan<byte> content)
    {
        foreach (var name in _names)
        {
            if (new PrefixOccurrences(name).Next(content, 0) >= 0 && content.IndexOf((byte)0) < 0)
            {
                _found.Add(path);
            }
        }
    }
}
