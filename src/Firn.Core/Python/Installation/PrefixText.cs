using System.Collections.Immutable;

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
            var at = new PrefixSpots(token.Folder).Next(text, start);
            if (at >= 0 && (best is null || at < spot || (at == spot && token.Folder.Length > best.Folder.Length)))
            {
                best = token;
                spot = at;
            }
        }

        return best;
    }
}
