using System.Collections.Immutable;
using System.Text;

namespace Firn.Python;

/// <summary>
/// A version as PEP 440 reads, normalises and orders it, equal to <c>packaging.version.Version</c>. Numbers are kept
/// as digits without leading zeros, so that they may have any length.
/// </summary>
internal sealed class Pep440Version : IComparable<Pep440Version>, IEquatable<Pep440Version>
{
    private string? _text;

    /// <summary>The epoch; <c>0</c> where none is given.</summary>
    public required string Epoch { get; init; }

    /// <summary>The numbers of the release, trailing zeros kept.</summary>
    public required ImmutableArray<string> Release { get; init; }

    /// <summary><c>a</c>, <c>b</c> or <c>rc</c>; <see langword="null"/> where it is no pre-release.</summary>
    public string? PreLabel { get; init; }

    /// <summary>The number of the pre-release.</summary>
    public string? PreNumber { get; init; }

    /// <summary>The number of the post-release; <see langword="null"/> where it is none.</summary>
    public string? Post { get; init; }

    /// <summary>The number of the development release; <see langword="null"/> where it is none.</summary>
    public string? Development { get; init; }

    /// <summary>The parts of the local version, in lower case; empty where there is none.</summary>
    public ImmutableArray<string> Local { get; init; } = [];

    /// <summary>Reads a version.</summary>
    /// <returns><see langword="null"/> where the text is no version in the sense of PEP 440.</returns>
    public static Pep440Version? Parse(ReadOnlySpan<char> text) => new Pep440Parser(text).Parse();

    /// <summary><c>str(Version(text))</c>, or <see langword="null"/> where the text is no such version.</summary>
    public static string? Normalize(string text)
    {
        if (IsPlain(text))
        {
            return text;
        }

        return Parse(text)?.ToString();
    }

    /// <inheritdoc/>
    public int CompareTo(Pep440Version? other) => other is null ? 1 : Pep440Order.Compare(this, other);

    /// <inheritdoc/>
    public bool Equals(Pep440Version? other) => other is not null && Pep440Order.Compare(this, other) == 0;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Pep440Version);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(Epoch);
        for (var i = 0; i < Pep440Order.SignificantLength(Release); i++)
        {
            hash.Add(Release[i]);
        }

        hash.Add(PreLabel);
        hash.Add(PreNumber);
        hash.Add(Post);
        hash.Add(Development);
        hash.Add(Local.Length);
        return hash.ToHashCode();
    }

    /// <summary>The normal form.</summary>
    public override string ToString() => _text ??= Format();

    private string Format()
    {
        var buffer = new StringBuilder();
        if (Epoch != "0")
        {
            buffer.Append(Epoch).Append('!');
        }

        buffer.AppendJoin('.', Release.AsSpan());
        buffer.Append(PreLabel).Append(PreNumber);
        if (Post is not null)
        {
            buffer.Append(".post").Append(Post);
        }

        if (Development is not null)
        {
            buffer.Append(".dev").Append(Development);
        }

        if (!Local.IsEmpty)
        {
            buffer.Append('+').AppendJoin('.', Local.AsSpan());
        }

        return buffer.ToString();
    }

    /// <summary>Whether it is only numbers and dots and already normal, as most versions are.</summary>
    private static bool IsPlain(string text)
    {
        var atStart = true;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '.')
            {
                if (atStart)
                {
                    return false;
                }

                atStart = true;
                continue;
            }

            var isLeadingZero = text[i] == '0' && atStart && i + 1 < text.Length && text[i + 1] != '.';
            if (!char.IsAsciiDigit(text[i]) || isLeadingZero)
            {
                return false;
            }

            atStart = false;
        }

        return !atStart;
    }
}
