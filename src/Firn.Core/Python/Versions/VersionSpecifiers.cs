using System.Collections.Immutable;

namespace Firn.Python.Versions;

/// <summary>Comparisons that all hold, for example <c>&gt;=1.2,!=1.5</c> (packaging: specifiers.py SpecifierSet).</summary>
internal sealed class VersionSpecifiers
{
    private VersionSpecifiers(ImmutableArray<VersionSpecifier> items) => Items = items;

    /// <summary>No comparison: every version.</summary>
    public static VersionSpecifiers Any { get; } = new([]);

    /// <summary>The comparisons in the order in which they are written.</summary>
    public ImmutableArray<VersionSpecifier> Items { get; }

    /// <summary>
    /// The version that <c>==</c> or <c>===</c> names, in its normal form where it has one; <see langword="null"/>
    /// where the version is left to choose.
    /// </summary>
    public string? ExactVersion
    {
        get
        {
            foreach (var item in Items)
            {
                if (item.IsPin)
                {
                    return item.Version?.ToString() ?? item.Text;
                }
            }

            return null;
        }
    }

    /// <summary>Reads comparisons between commas; empty ones are passed over. <see langword="null"/> where one is invalid.</summary>
    public static VersionSpecifiers? Parse(ReadOnlySpan<char> text)
    {
        var items = ImmutableArray.CreateBuilder<VersionSpecifier>();
        foreach (var range in text.Split(','))
        {
            var part = PythonText.Strip(text[range]);
            if (part.IsEmpty)
            {
                continue;
            }

            if (VersionSpecifier.Parse(part) is not { } item)
            {
                return null;
            }

            items.Add(item);
        }

        return items.Count == 0 ? Any : new VersionSpecifiers(items.DrainToImmutable());
    }

    /// <summary>The comparisons of both.</summary>
    public VersionSpecifiers And(VersionSpecifiers other) =>
        other.Items.IsEmpty ? this : Items.IsEmpty ? other : new VersionSpecifiers([.. Items, .. other.Items]);

    /// <summary>Whether all comparisons hold.</summary>
    /// <param name="version">The version.</param>
    /// <param name="allowPrereleases">Whether pre-releases count; else only where a comparison names one.</param>
    public bool Contains(Pep440Version version, bool allowPrereleases)
    {
        var prereleases = allowPrereleases || !VersionComparison.IsPrerelease(version);
        foreach (var item in Items)
        {
            prereleases |= item.NamesPrerelease;
            if (!item.Matches(version))
            {
                return false;
            }
        }

        return prereleases;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(',', Items);
}

/// <summary>One comparison with a version, for example <c>&gt;=1.2</c> (PEP 440; packaging: specifiers.py Specifier).</summary>
/// <param name="Operator">How it compares.</param>
/// <param name="Text">The version as written, with <c>.*</c> where it has one.</param>
/// <param name="Version">The version; <see langword="null"/> where <c>===</c> names what is none.</param>
/// <param name="IsPrefix">Whether it ends with <c>.*</c>.</param>
internal sealed record VersionSpecifier(VersionOperator Operator, string Text, Pep440Version? Version, bool IsPrefix)
{
    /// <summary>Whether it names one version, so that nothing is left to choose.</summary>
    public bool IsPin => !IsPrefix && Operator is VersionOperator.Equal or VersionOperator.Arbitrary;

    /// <summary>Whether it names a pre-release, which then may be taken (PEP 440 "Handling of pre-releases").</summary>
    public bool NamesPrerelease =>
        Operator is not (VersionOperator.Less or VersionOperator.Greater or VersionOperator.NotEqual)
        && Version is { } version && VersionComparison.IsPrerelease(version);

    /// <summary>Reads one comparison; <see langword="null"/> where the text is none.</summary>
    public static VersionSpecifier? Parse(ReadOnlySpan<char> text)
    {
        text = PythonText.Strip(text);
        if (OperatorOf(text, out var length) is not { } comparison)
        {
            return null;
        }

        var version = PythonText.Strip(text[length..]);
        foreach (var c in version)
        {
            if (PythonText.IsSpace(c) || c is ';' or ')')
            {
                return null;
            }
        }

        return comparison == VersionOperator.Arbitrary
            ? new VersionSpecifier(comparison, version.ToString(), Pep440Version.Parse(version), false)
            : Ordered(comparison, version);
    }

    /// <summary>Whether the version is one of those meant, whatever is said of pre-releases elsewhere.</summary>
    public bool Matches(Pep440Version version) => Operator switch
    {
        VersionOperator.Arbitrary => string.Equals(version.ToString(), Text, StringComparison.OrdinalIgnoreCase),
        VersionOperator.Equal when IsPrefix => VersionComparison.HasPrefix(version, Version!, Version!.Release.Length),
        VersionOperator.NotEqual when IsPrefix => !VersionComparison.HasPrefix(version, Version!, Version!.Release.Length),
        VersionOperator.Equal => VersionComparison.AreEqual(version, Version!),
        VersionOperator.NotEqual => !VersionComparison.AreEqual(version, Version!),
        VersionOperator.Compatible => VersionComparison.IsCompatible(version, Version!),
        VersionOperator.Less => VersionComparison.IsLess(version, Version!),
        VersionOperator.LessOrEqual => VersionComparison.Public(version).CompareTo(Version) <= 0,
        VersionOperator.Greater => VersionComparison.IsGreater(version, Version!),
        _ => VersionComparison.Public(version).CompareTo(Version) >= 0,
    };

    /// <inheritdoc/>
    public override string ToString() => OperatorText(Operator) + Text;

    private static VersionSpecifier? Ordered(VersionOperator comparison, ReadOnlySpan<char> text)
    {
        var isEquality = comparison is VersionOperator.Equal or VersionOperator.NotEqual;
        var isPrefix = text.EndsWith(".*");
        var version = Pep440Version.Parse(isPrefix ? text[..^2] : text);
        if (version is null
            || (isPrefix && (!isEquality || !VersionComparison.IsRelease(version)))
            || (!isEquality && !version.Local.IsEmpty)
            || (comparison == VersionOperator.Compatible && version.Release.Length < 2))
        {
            return null;
        }

        return new VersionSpecifier(comparison, text.ToString(), version, isPrefix);
    }

    private static VersionOperator? OperatorOf(ReadOnlySpan<char> text, out int length)
    {
        length = text.StartsWith("===") ? 3 : text.Length > 1 && text[1] == '=' ? 2 : 1;
        if (text.Length < length)
        {
            return null;
        }

        return text[..length] switch
        {
            "===" => VersionOperator.Arbitrary,
            "==" => VersionOperator.Equal,
            "!=" => VersionOperator.NotEqual,
            "~=" => VersionOperator.Compatible,
            "<=" => VersionOperator.LessOrEqual,
            ">=" => VersionOperator.GreaterOrEqual,
            "<" => VersionOperator.Less,
            ">" => VersionOperator.Greater,
            _ => null,
        };
    }

    private static string OperatorText(VersionOperator comparison) => comparison switch
    {
        VersionOperator.Arbitrary => "===",
        VersionOperator.Equal => "==",
        VersionOperator.NotEqual => "!=",
        VersionOperator.Compatible => "~=",
        VersionOperator.LessOrEqual => "<=",
        VersionOperator.GreaterOrEqual => ">=",
        VersionOperator.Less => "<",
        _ => ">",
    };
}

/// <summary>How a specifier compares (PEP 440 "Version specifiers").</summary>
internal enum VersionOperator
{
    /// <summary><c>==</c>, also with <c>.*</c>.</summary>
    Equal,

    /// <summary><c>!=</c>, also with <c>.*</c>.</summary>
    NotEqual,

    /// <summary><c>===</c>: the same text.</summary>
    Arbitrary,

    /// <summary><c>~=</c>.</summary>
    Compatible,

    /// <summary><c>&lt;</c>.</summary>
    Less,

    /// <summary><c>&lt;=</c>.</summary>
    LessOrEqual,

    /// <summary><c>&gt;</c>.</summary>
    Greater,

    /// <summary><c>&gt;=</c>.</summary>
    GreaterOrEqual,
}

/// <summary>What the operators of specifiers mean, beyond the order of versions (packaging: specifiers.py _compare_*).</summary>
internal static class VersionComparison
{
    /// <summary>Whether it is a pre-release or a development release.</summary>
    public static bool IsPrerelease(Pep440Version version) => version.PreLabel is not null || version.Development is not null;

    /// <summary>Whether it is an epoch and numbers only.</summary>
    public static bool IsRelease(Pep440Version version) =>
        version.PreLabel is null && version.Post is null && version.Development is null && version.Local.IsEmpty;

    /// <summary>The version without its local part.</summary>
    public static Pep440Version Public(Pep440Version version) => version.Local.IsEmpty ? version : new Pep440Version
    {
        Epoch = version.Epoch,
        Release = version.Release,
        PreLabel = version.PreLabel,
        PreNumber = version.PreNumber,
        Post = version.Post,
        Development = version.Development,
    };

    /// <summary>A specifier without a local part means every local version of its version.</summary>
    public static bool AreEqual(Pep440Version version, Pep440Version specified) =>
        (specified.Local.IsEmpty ? Public(version) : version).Equals(specified);

    /// <summary>Whether the epoch and the first numbers are those of the specifier; missing ones are zeros.</summary>
    public static bool HasPrefix(Pep440Version version, Pep440Version specified, int length)
    {
        if (version.Epoch != specified.Epoch)
        {
            return false;
        }

        for (var i = 0; i < length; i++)
        {
            if ((i < version.Release.Length ? version.Release[i] : "0") != specified.Release[i])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary><c>~=2.2.3</c> is <c>&gt;=2.2.3</c> and <c>==2.2.*</c>.</summary>
    public static bool IsCompatible(Pep440Version version, Pep440Version specified) =>
        Public(version).CompareTo(specified) >= 0 && HasPrefix(version, specified, specified.Release.Length - 1);

    /// <summary><c>&lt;3.1</c> does not mean <c>3.1.dev0</c>, unless it names a pre-release itself.</summary>
    public static bool IsLess(Pep440Version version, Pep440Version specified) =>
        version.CompareTo(specified) < 0
        && (IsPrerelease(specified) || !IsPrerelease(version) || !HaveSameBase(version, specified));

    /// <summary><c>&gt;3.1</c> means neither <c>3.1.post0</c>, unless it names a post-release itself, nor <c>3.1+local</c>.</summary>
    public static bool IsGreater(Pep440Version version, Pep440Version specified)
    {
        if (version.CompareTo(specified) <= 0)
        {
            return false;
        }

        var isExcluded = (specified.Post is null && version.Post is not null) || !version.Local.IsEmpty;
        return !isExcluded || !HaveSameBase(version, specified);
    }

    private static bool HaveSameBase(Pep440Version left, Pep440Version right) => Base(left).Equals(Base(right));

    private static Pep440Version Base(Pep440Version version) => new() { Epoch = version.Epoch, Release = version.Release };
}
