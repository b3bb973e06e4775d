using System.Collections.Immutable;
using System.Text;

namespace Firn.Python.Versions;

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

    /// <summary><c>a</c>, <c>b</c> or <c>rc</c>; <see langword="null"/> where it is not a pre-release.</summary>
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
    /// <returns><see langword="null"/> where the text is not a version in the sense of PEP 440.</returns>
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

/// <summary>The order of versions (PEP 440 "Summary of permitted suffixes and relative ordering"; packaging _cmpkey).</summary>
internal static class Pep440Order
{
    // Where a part is missing it sorts before or after all numbers, as packaging's (Negative)Infinity does.
    private const int Before = -1;
    private const int Number = 0;
    private const int After = 1;

    public static int Compare(Pep440Version left, Pep440Version right)
    {
        var order = CompareNumbers(left.Epoch, right.Epoch);
        order = order != 0 ? order : CompareReleases(left.Release, right.Release);
        order = order != 0 ? order : ComparePre(left, right);
        order = order != 0 ? order : CompareOptional(left.Post, right.Post, Before);
        order = order != 0 ? order : CompareOptional(left.Development, right.Development, After);
        return order != 0 ? order : CompareLocals(left.Local, right.Local);
    }

    /// <summary>How many numbers of a release count: trailing zeros do not.</summary>
    public static int SignificantLength(ImmutableArray<string> release)
    {
        var length = release.Length;
        while (length > 0 && release[length - 1] == "0")
        {
            length--;
        }

        return length;
    }

    /// <summary>Compares digits without leading zeros by value.</summary>
    public static int CompareNumbers(string left, string right) =>
        left.Length != right.Length ? left.Length.CompareTo(right.Length) : string.CompareOrdinal(left, right);

    private static int CompareReleases(ImmutableArray<string> left, ImmutableArray<string> right)
    {
        var leftLength = SignificantLength(left);
        var rightLength = SignificantLength(right);
        for (var i = 0; i < Math.Min(leftLength, rightLength); i++)
        {
            var order = CompareNumbers(left[i], right[i]);
            if (order != 0)
            {
                return order;
            }
        }

        return leftLength.CompareTo(rightLength);
    }

    private static int ComparePre(Pep440Version left, Pep440Version right)
    {
        var order = PreRank(left).CompareTo(PreRank(right));
        if (order != 0 || left.PreLabel is null)
        {
            return order;
        }

        order = string.CompareOrdinal(left.PreLabel, right.PreLabel);
        return order != 0 ? order : CompareNumbers(left.PreNumber!, right.PreNumber!);
    }

    /// <summary>1.0.dev0 comes before 1.0a0; 1.0 and 1.0.post0 after all pre-releases.</summary>
    private static int PreRank(Pep440Version version) =>
        version.PreLabel is not null ? Number
        : version.Post is null && version.Development is not null ? Before
        : After;

    private static int CompareOptional(string? left, string? right, int missing)
    {
        if (left is not null && right is not null)
        {
            return CompareNumbers(left, right);
        }

        return (left is null ? missing : Number).CompareTo(right is null ? missing : Number);
    }

    private static int CompareLocals(ImmutableArray<string> left, ImmutableArray<string> right)
    {
        for (var i = 0; i < Math.Min(left.Length, right.Length); i++)
        {
            var leftIsNumber = char.IsAsciiDigit(left[i][^1]) && IsNumber(left[i]);
            var rightIsNumber = char.IsAsciiDigit(right[i][^1]) && IsNumber(right[i]);
            var order = leftIsNumber != rightIsNumber ? leftIsNumber.CompareTo(rightIsNumber)
                : leftIsNumber ? CompareNumbers(left[i], right[i])
                : string.CompareOrdinal(left[i], right[i]);
            if (order != 0)
            {
                return order;
            }
        }

        return left.Length.CompareTo(right.Length);
    }

    private static bool IsNumber(string text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c))
            {
                return false;
            }
        }

        return true;
    }
}
