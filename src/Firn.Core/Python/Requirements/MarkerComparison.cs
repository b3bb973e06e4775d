using System.Collections.Frozen;

namespace Firn.Python.Requirements;

/// <summary>One comparison of a marker (packaging 26: markers.py _eval_op; dependency specifiers, "Environment markers").</summary>
/// <param name="Left">The left side.</param>
/// <param name="Operator">For example <c>==</c> or <c>not in</c>.</param>
/// <param name="Right">The right side.</param>
internal sealed record MarkerComparison(MarkerOperand Left, string Operator, MarkerOperand Right)
{
    /// <summary>The result; <see langword="null"/> where the comparison has no meaning.</summary>
    public bool? Evaluate(MarkerEnvironment environment, MarkerNames names)
    {
        var key = Left.Variable != MarkerVariable.None ? Left.Variable : Right.Variable;
        if (key == MarkerVariable.None)
        {
            return null;
        }

        if (key is MarkerVariable.Extras or MarkerVariable.DependencyGroups)
        {
            return Membership(key == MarkerVariable.Extras ? names.Extras : names.Groups);
        }

        if (ValueOf(Left, environment, names) is not { } left || ValueOf(Right, environment, names) is not { } right)
        {
            return null;
        }

        if (key == MarkerVariable.Extra)
        {
            return CompareTexts(CanonicalName.Of(left), CanonicalName.Of(right));
        }

        return IsVersion(key) && CompareVersions(left, right) is { } result ? result : CompareTexts(left, right);
    }

    /// <summary>Those that the specification compares as versions; all others are texts, whatever they look like.</summary>
    private static bool IsVersion(MarkerVariable key) =>
        key is MarkerVariable.PythonVersion or MarkerVariable.PythonFullVersion
            or MarkerVariable.ImplementationVersion or MarkerVariable.PlatformRelease;

    /// <summary><c>"name" in extras</c> is all that sets can do.</summary>
    private bool? Membership(FrozenSet<string>? set)
    {
        if (set is null || Left.Variable != MarkerVariable.None)
        {
            return null;
        }

        var isMember = set.Contains(CanonicalName.Of(Left.Text));
        return Operator switch
        {
            "in" => isMember,
            "not in" => !isMember,
            _ => null,
        };
    }

    private static string? ValueOf(MarkerOperand operand, MarkerEnvironment environment, MarkerNames names) => operand.Variable switch
    {
        MarkerVariable.None => operand.Text,
        MarkerVariable.Extra => names.Extra,
        var variable => environment.Value(variable),
    };

    /// <summary><see langword="null"/> where the right side is no version specifier, and texts are compared.</summary>
    private bool? CompareVersions(string left, string right)
    {
        if (Operator is "in" or "not in" || VersionSpecifier.Parse(Operator + right) is not { } specifier)
        {
            return null;
        }

        if (specifier.Operator == VersionOperator.Arbitrary)
        {
            return string.Equals(left, specifier.Text, StringComparison.OrdinalIgnoreCase);
        }

        // A kernel's release is seldom a version; then no comparison holds.
        return Pep440Version.Parse(left) is { } version && specifier.Matches(version);
    }

    /// <summary>Texts have no order: <c>&lt;=</c> and <c>&gt;=</c> hold for equal ones, <c>~=</c> and <c>===</c> mean nothing.</summary>
    private bool? CompareTexts(string left, string right) => Operator switch
    {
        "==" or "<=" or ">=" => left == right,
        "!=" => left != right,
        "<" or ">" => false,
        "in" => right.Contains(left, StringComparison.Ordinal),
        "not in" => !right.Contains(left, StringComparison.Ordinal),
        _ => null,
    };
}
