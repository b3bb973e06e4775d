namespace Firn.Python.Requirements;

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
