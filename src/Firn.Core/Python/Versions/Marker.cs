using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Firn.Python.Versions;

/// <summary>
/// When a requirement counts, for example <c>python_version &lt; "3.11" and sys_platform == "linux"</c>. It is kept in
/// postfix order, so that parentheses of any depth need no recursion.
/// </summary>
internal sealed class Marker
{
    private readonly ImmutableArray<MarkerStep> _steps;
    private readonly string _text;

    internal Marker(string text, ImmutableArray<MarkerStep> steps)
    {
        _text = text;
        _steps = steps;
    }

    /// <summary>Whether it asks for <c>extra</c>, which no installation has (see Requires-Dist).</summary>
    public bool AsksForExtra => Asks(MarkerVariable.Extra);

    /// <summary>Reads a marker; <see langword="null"/> with the reason where the text is none.</summary>
    public static Marker? Parse(ReadOnlySpan<char> text, out string? reason)
    {
        var parser = new MarkerParser(text);
        var marker = parser.Parse();
        reason = parser.Reason;
        return marker;
    }

    /// <summary>
    /// Whether it holds; a comparison without meaning does not. With extras it holds if it does for one of them (pip:
    /// req/req_install.py match_markers).
    /// </summary>
    public bool Evaluate(MarkerEnvironment environment, IReadOnlyCollection<string>? extras = null) =>
        TryEvaluate(environment, extras) ?? false;

    /// <summary>The same; <see langword="null"/> where a comparison has no meaning.</summary>
    public bool? TryEvaluate(MarkerEnvironment environment, IReadOnlyCollection<string>? extras = null)
    {
        if (extras is null or { Count: 0 })
        {
            return Evaluate(environment, MarkerExtras.Nothing);
        }

        foreach (var extra in extras)
        {
            var holds = Evaluate(environment, MarkerExtras.Nothing with { Extra = extra });
            if (holds != false)
            {
                return holds;
            }
        }

        return false;
    }

    /// <summary>Whether it holds with these names; <see langword="null"/> where a comparison has no meaning.</summary>
    public bool? Evaluate(MarkerEnvironment environment, MarkerExtras names)
    {
        var results = new Stack<bool>();
        foreach (var step in _steps)
        {
            if (step.Comparison is { } comparison)
            {
                if (comparison.Evaluate(environment, names) is not { } result)
                {
                    return null;
                }

                results.Push(result);
                continue;
            }

            var right = results.Pop();
            var left = results.Pop();
            results.Push(step.IsAnd ? left && right : left || right);
        }

        return results.Pop();
    }

    /// <summary>The marker as it is written.</summary>
    public override string ToString() => _text;

    private bool Asks(MarkerVariable variable)
    {
        foreach (var step in _steps)
        {
            if (step.Comparison is { } comparison && (comparison.Left.Variable == variable || comparison.Right.Variable == variable))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>A step of a marker in postfix order: a comparison, or what joins the two results before it.</summary>
/// <param name="Comparison">The comparison; <see langword="null"/> for <c>and</c> and <c>or</c>.</param>
/// <param name="IsAnd">Whether it is <c>and</c>.</param>
internal sealed record MarkerStep(MarkerComparison? Comparison, bool IsAnd)
{
    public static MarkerStep And { get; } = new(null, true);

    public static MarkerStep Or { get; } = new(null, false);
}

/// <summary>One comparison of a marker (packaging 26: markers.py _eval_op; dependency specifiers, "Environment markers").</summary>
/// <param name="Left">The left side.</param>
/// <param name="Operator">For example <c>==</c> or <c>not in</c>.</param>
/// <param name="Right">The right side.</param>
internal sealed record MarkerComparison(MarkerOperand Left, string Operator, MarkerOperand Right)
{
    /// <summary>The result; <see langword="null"/> where the comparison has no meaning.</summary>
    public bool? Evaluate(MarkerEnvironment environment, MarkerExtras names)
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

    private static string? ValueOf(MarkerOperand operand, MarkerEnvironment environment, MarkerExtras names) => operand.Variable switch
    {
        MarkerVariable.None => operand.Text,
        MarkerVariable.Extra => names.Extra,
        var variable => environment.Value(variable),
    };

    /// <summary><see langword="null"/> where the right side is not a version specifier, and texts are compared.</summary>
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

/// <summary>One side of a comparison: a variable, or a text.</summary>
/// <param name="Variable">The variable; <see cref="MarkerVariable.None"/> for a text.</param>
/// <param name="Text">The text, without its quotes.</param>
internal sealed record MarkerOperand(MarkerVariable Variable, string Text)
{
    /// <summary>The variable of that name, old names included; None where there is none (packaging: _tokenizer.py VARIABLE).</summary>
    public static MarkerVariable Named(ReadOnlySpan<char> name) => name switch
    {
        "os_name" or "os.name" => MarkerVariable.OsName,
        "sys_platform" or "sys.platform" => MarkerVariable.SysPlatform,
        "platform_machine" or "platform.machine" => MarkerVariable.PlatformMachine,
        "platform_python_implementation" or "platform.python_implementation" or "python_implementation" =>
            MarkerVariable.PlatformPythonImplementation,
        "platform_release" => MarkerVariable.PlatformRelease,
        "platform_system" => MarkerVariable.PlatformSystem,
        "platform_version" or "platform.version" => MarkerVariable.PlatformVersion,
        "python_version" => MarkerVariable.PythonVersion,
        "python_full_version" => MarkerVariable.PythonFullVersion,
        "implementation_name" => MarkerVariable.ImplementationName,
        "implementation_version" => MarkerVariable.ImplementationVersion,
        "extra" => MarkerVariable.Extra,
        "extras" => MarkerVariable.Extras,
        "dependency_groups" => MarkerVariable.DependencyGroups,
        _ => MarkerVariable.None,
    };
}

/// <summary>What a marker may ask for (dependency specifiers, "Environment markers").</summary>
internal enum MarkerVariable
{
    /// <summary>A text between quotes and no variable.</summary>
    None,

    /// <summary><c>os_name</c>.</summary>
    OsName,

    /// <summary><c>sys_platform</c>.</summary>
    SysPlatform,

    /// <summary><c>platform_machine</c>.</summary>
    PlatformMachine,

    /// <summary><c>platform_python_implementation</c>.</summary>
    PlatformPythonImplementation,

    /// <summary><c>platform_release</c>.</summary>
    PlatformRelease,

    /// <summary><c>platform_system</c>.</summary>
    PlatformSystem,

    /// <summary><c>platform_version</c>.</summary>
    PlatformVersion,

    /// <summary><c>python_version</c>.</summary>
    PythonVersion,

    /// <summary><c>python_full_version</c>.</summary>
    PythonFullVersion,

    /// <summary><c>implementation_name</c>.</summary>
    ImplementationName,

    /// <summary><c>implementation_version</c>.</summary>
    ImplementationVersion,

    /// <summary><c>extra</c>: one of the extras asked for; only in requirements.</summary>
    Extra,

    /// <summary><c>extras</c>: the set of them; only in lock files.</summary>
    Extras,

    /// <summary><c>dependency_groups</c>: a set; only in lock files.</summary>
    DependencyGroups,
}
