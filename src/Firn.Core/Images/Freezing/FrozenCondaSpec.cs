using Firn.Captures.Documents;
using Firn.Conda;
using Firn.Python;
using Firn.Python.Distributions;

namespace Firn.Images.Freezing;

/// <summary>
/// Rewrites an environment.yml with what is installed: comments, channels, variables and order stay, each spec becomes
/// <c>name=version=build</c>, which a solver can satisfy by one package only, and what these brought along comes last.
/// </summary>
internal sealed class FrozenCondaSpec
{
    private const string Section = "dependencies:";
    private const string PipSection = "pip:";

    private readonly IReadOnlySet<string> _ignored;
    private readonly SortedDictionary<string, CondaPackage> _packages = new(StringComparer.Ordinal);
    private readonly List<Distribution> _wheels;
    private readonly HashSet<string> _named = new(StringComparer.Ordinal);
    private readonly List<string> _lines = [];
    private string _indent = "  ";
    private int _end;
    private bool _hasPip;

    private FrozenCondaSpec(Capture capture, CondaFacts conda, IReadOnlySet<string> ignored)
    {
        _ignored = ignored;
        foreach (var package in conda.Packages.Where(package => !ignored.Contains(CanonicalName.Of(package.Name))))
        {
            _packages.TryAdd(package.Name, package);
        }

        var pip = conda.PipPackages.Select(static package => CanonicalName.Of(package.Name)).ToHashSet(StringComparer.Ordinal);
        _wheels = [.. FrozenRequirements.OwnOf(capture).Where(distribution => pip.Contains(distribution.CanonicalName))];
    }

    /// <summary>The file's new text; the same where what is installed is not conda's.</summary>
    /// <param name="text">The file as it is.</param>
    /// <param name="capture">What is installed.</param>
    /// <param name="ignored">Canonical names that are left out.</param>
    public static string Write(string text, Capture capture, IReadOnlySet<string> ignored)
    {
        var lines = text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        var start = Array.FindIndex(lines, static line => WithoutComment(line) == Section);
        if (capture.Conda is not { } conda || start < 0)
        {
            return text;
        }

        var end = Array.FindIndex(lines, start + 1, static line => line.Length > 0 && line[0] is not (' ' or '-' or '#'));
        var rest = end < 0 ? [] : lines[end..];
        var frozen = new FrozenCondaSpec(capture, conda, ignored);
        frozen.Take(lines[(start + 1)..(end < 0 ? lines.Length : end)]);
        return string.Join('\n', [.. lines[..(start + 1)], .. frozen._lines, .. rest]) + "\n";
    }

    /// <summary>The packages that a file names, conda's and pip's; one with a condition may be meant for another machine.</summary>
    public static IEnumerable<string> Names(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        var start = Array.FindIndex(lines, static line => WithoutComment(line) == Section) + 1;
        var pipIndent = int.MaxValue;
        foreach (var line in lines[start..].TakeWhile(static line => line.Length == 0 || line[0] is ' ' or '-' or '#').Where(IsItem))
        {
            var item = WithoutComment(line.TrimStart(' ')[1..]).Trim().Trim('"', '\'');
            pipIndent = item == PipSection ? Indent(line) : Indent(line) <= pipIndent ? int.MaxValue : pipIndent;
            if (pipIndent != int.MaxValue)
            {
                foreach (var name in FrozenRequirements.Names(item == PipSection ? string.Empty : item))
                {
                    yield return name;
                }
            }
            else if (MatchSpec.Parse(item) is { IsConditional: false } spec)
            {
                yield return spec.Name;
            }
        }
    }

    private static string WithoutComment(string line)
    {
        var comment = line.StartsWith('#') ? 0 : line.IndexOf(" #", StringComparison.Ordinal);
        return (comment < 0 ? line : line[..comment]).TrimEnd();
    }

    private static int Indent(string line) => line.Length - line.TrimStart(' ').Length;

    private static bool IsItem(string line) => line.TrimStart(' ') is ['-'] or ['-', ' ', ..];

    private void Take(string[] lines)
    {
        var isBrought = false;
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i];
            if (!IsItem(line))
            {
                isBrought |= line.Trim() == FrozenRequirements.Heading;
                Add(line.Trim() == FrozenRequirements.Heading ? null : line);
                continue;
            }

            _indent = line[..Indent(line)];
            var item = WithoutComment(line.TrimStart(' ')[1..]).Trim();
            if (item == PipSection)
            {
                (isBrought, _hasPip) = (false, true);
                var next = i + 1;
                while (next < lines.Length && (lines[next].Trim().Length == 0 || Indent(lines[next]) > _indent.Length))
                {
                    next++;
                }

                _lines.Add(line);
                AddPip(lines[(i + 1)..next]);
                i = next - 1;
            }
            else
            {
                Add(isBrought ? null : Frozen(line, item));
                _end = _hasPip ? _end : _lines.Count;
            }
        }

        Finish();
    }

    private void Add(string? line)
    {
        if (line is not null)
        {
            _lines.Add(line);
        }
    }

    /// <summary>The line with the package that is installed; <see langword="null"/> where it is left out.</summary>
    private string? Frozen(string line, string item)
    {
        var text = item.Trim('"', '\'');
        if (MatchSpec.Parse(text) is not { } spec || spec.IsConditional)
        {
            return line;
        }

        if (_ignored.Contains(CanonicalName.Of(spec.Name)))
        {
            return null;
        }

        _named.Add(spec.Name);
        if (!_packages.TryGetValue(spec.Name, out var package))
        {
            return line;
        }

        var channel = text.IndexOf("::", StringComparison.Ordinal) is > 0 and var end ? text[..(end + 2)]
            : spec.Channel is { } named ? $"{named}::"
            : string.Empty;
        var exact = channel + Exact(package);
        var comment = WithoutComment(line).Length is var length && length < line.Length ? line[length..] : string.Empty;
        return exact == text ? line : $"{_indent}- {exact}{comment}";
    }

    private static string Exact(CondaPackage package) => $"{package.Name}={package.Version}={package.Build}";

    /// <summary>The list below <c>pip:</c>, as a requirement file.</summary>
    private void AddPip(string[] lines)
    {
        var indent = lines.Where(IsItem).Select(static line => line[..Indent(line)]).FirstOrDefault() ?? $"{_indent}    ";
        var requirements = string.Concat(lines.Select(static line =>
            (IsItem(line) ? line.TrimStart(' ')[1..].Trim().Trim('"', '\'') : line.Trim()) + "\n"));
        foreach (var line in FrozenRequirements.Write(requirements, _wheels, _ignored).TrimEnd('\n').Split('\n'))
        {
            _lines.Add(line.Length == 0 ? line : line.StartsWith('#') ? indent + line : $"{indent}- {line}");
        }
    }

    /// <summary>Adds what no line names: conda's packages behind the last of them, pip's last.</summary>
    private void Finish()
    {
        var brought = _packages.Values.Where(package => !_named.Contains(package.Name)).Select(package => $"{_indent}- {Exact(package)}").ToList();
        if (brought.Count > 0)
        {
            _lines.InsertRange(_end, [$"{_indent}{FrozenRequirements.Heading}", .. brought]);
        }

        if (!_hasPip && _wheels.Count > 0)
        {
            _lines.Add($"{_indent}- {PipSection}");
            AddPip([]);
        }
    }
}
