using System.Collections.Immutable;

namespace Firn.Python;

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
