using System.Text;

namespace Firn.Conda.Locks;

/// <summary>
/// Evaluates <c>linux and not aarch64</c> for a platform (CEP 24; the variables are those of conda-build that concern
/// the system and the processor, and <c>osx64</c>).
/// </summary>
internal ref struct SelectorExpression
{
    private const int Deepest = 32;
    private readonly string _platform;
    private ReadOnlySpan<char> _rest;
    private bool _isBroken;

    private SelectorExpression(ReadOnlySpan<char> text, string platform)
    {
        _rest = text;
        _platform = platform;
    }

    /// <summary>Its value; <see langword="null"/> for what is not an expression, or asks for another variable.</summary>
    public static bool? Evaluate(ReadOnlySpan<char> text, string platform)
    {
        var expression = new SelectorExpression(text.Trim(), platform);
        var value = expression.Or(0);
        return expression._isBroken || !expression._rest.IsEmpty ? null : value;
    }

    /// <summary>The value of a variable; <see langword="null"/> where there is none of that name.</summary>
    public static bool? Variable(ReadOnlySpan<char> name, string platform)
    {
        var dash = platform.IndexOf('-', StringComparison.Ordinal);
        var system = dash < 0 ? platform : platform[..dash];
        var machine = dash < 0 ? string.Empty : platform[(dash + 1)..];
        return name switch
        {
            "linux" or "osx" or "win" or "emscripten" or "wasi" or "freebsd" or "zos" => name.SequenceEqual(system),
            "unix" => system is "linux" or "osx" or "freebsd" or "emscripten",
            "x86" => machine is "64" or "32",
            "x86_64" or "x64" => machine is "64",
            "aarch64" or "armv6l" or "armv7l" or "ppc64" or "ppc64le" or "s390x" or "riscv64" or "wasm32" =>
                name.SequenceEqual(machine),
            "arm64" => machine is "arm64" or "aarch64",
            "linux64" or "osx64" or "win64" => name.StartsWith(system) && machine == "64",
            "linux32" or "win32" => name.StartsWith(system) && machine == "32",
            _ => null,
        };
    }

    private bool Or(int level)
    {
        var value = And(level);
        while (Take("or"))
        {
            value |= And(level);
        }

        return value;
    }

    private bool And(int level)
    {
        var value = Not(level);
        while (Take("and"))
        {
            value &= Not(level);
        }

        return value;
    }

    private bool Not(int level)
    {
        var isNegated = false;
        while (Take("not"))
        {
            isNegated = !isNegated;
        }

        return Atom(level) != isNegated;
    }

    private bool Atom(int level)
    {
        if (_rest.StartsWith("(") && level < Deepest)
        {
            _rest = _rest[1..].TrimStart();
            var inner = Or(level + 1);
            _isBroken |= !_rest.StartsWith(")");
            _rest = _isBroken ? [] : _rest[1..].TrimStart();
            return inner;
        }

        var length = WordLength();
        var value = length == 0 ? null : Variable(_rest[..length], _platform);
        _isBroken |= value is null;
        _rest = _isBroken ? [] : _rest[length..].TrimStart();
        return value == true;
    }

    private bool Take(ReadOnlySpan<char> word)
    {
        if (WordLength() != word.Length || !_rest.StartsWith(word))
        {
            return false;
        }

        _rest = _rest[word.Length..].TrimStart();
        return true;
    }

    private readonly int WordLength()
    {
        var length = 0;
        while (length < _rest.Length && (char.IsAsciiLetterOrDigit(_rest[length]) || _rest[length] == '_'))
        {
            length++;
        }

        return length;
    }
}

/// <summary>
/// Selectors at the ends of lines, <c>- pywin32  # [win]</c> (CEP 24): lines whose selector is false become empty, so
/// that the others keep their numbers.
/// </summary>
internal static class LineSelectors
{
    /// <param name="text">The document.</param>
    /// <param name="platform">The platform to choose for.</param>
    /// <param name="unknown">The numbers of lines whose comment in brackets is not a selector; they are kept.</param>
    public static string Apply(string text, string platform, List<int> unknown)
    {
        if (!text.Contains('#', StringComparison.Ordinal) || !text.Contains('[', StringComparison.Ordinal))
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            var isKept = true;
            if (Selector(line) is { IsEmpty: false } selector)
            {
                var value = SelectorExpression.Evaluate(selector, platform);
                isKept = value != false;
                if (value is null)
                {
                    unknown.Add(number);
                }
            }

            result.Append(isKept ? line : string.Empty).Append('\n');
        }

        result.Length--;
        return result.ToString();
    }

    /// <summary>What stands in the brackets of a comment that begins with them, behind something.</summary>
    private static ReadOnlySpan<char> Selector(ReadOnlySpan<char> line)
    {
        var content = line.TrimStart();
        if (content.IsEmpty || content[0] == '#')
        {
            return [];
        }

        var at = line.LastIndexOf(" #");
        var comment = at < 0 ? [] : line[(at + 2)..].Trim();
        var close = comment.IndexOf(']');
        return comment.StartsWith("[") && close > 0 ? comment[1..close] : [];
    }
}
