using System.Collections.Immutable;
using System.Text;
using Firn.Common.Zip;
using Firn.Python.Metadata;

namespace Firn.Python.Wheels;

/// <summary>
/// Reads the commands in <c>entry_points.txt</c> as <c>importlib.metadata</c> and pip do: sections, <c>NAME = VALUE</c>,
/// names with their case, the last of two wins. What could leave the folder of scripts, take the place of the interpreter,
/// or put code into a launcher is refused.
/// </summary>
internal sealed class EntryPointReader
{
    private readonly Dictionary<(bool IsGui, string Name), WheelEntryPoint> _found = [];
    private readonly List<(bool IsGui, string Name)> _order = [];

    /// <summary>What is refused, each naming its line.</summary>
    public List<string> Refusals { get; } = [];

    public ImmutableArray<WheelEntryPoint> Read(ReadOnlySpan<byte> file)
    {
        for (var lines = new EntryPointLines(file); lines.MoveNext();)
        {
            Add(lines.Current, lines.IsGui);
        }

        return [.. _order.Select(key => _found[key])];
    }

    private void Add(ReadOnlySpan<char> line, bool isGui)
    {
        var equals = line.IndexOf('=');
        if (equals <= 0)
        {
            Refuse(line, "it is not NAME = MODULE:CALLABLE");
            return;
        }

        var name = line[..equals].Trim();
        var value = WithoutExtras(line[(equals + 1)..].Trim());
        var colon = value.IndexOf(':');
        if (FindNameProblem(name) is { } problem)
        {
            Refuse(line, problem);
        }
        else if (colon < 0 || !IsDotted(value[..colon].Trim()) || !IsDotted(value[(colon + 1)..].Trim()))
        {
            Refuse(line, "what it calls is not MODULE:CALLABLE");
        }
        else
        {
            var key = (isGui, name.ToString());
            if (!_found.ContainsKey(key))
            {
                _order.Add(key);
            }

            _found[key] = new WheelEntryPoint(
                key.Item2, value[..colon].Trim().ToString(), value[(colon + 1)..].Trim().ToString(), isGui);
        }
    }

    /// <summary>What distlib takes for a name (util.py ENTRY_RE), and a file can be called beside the interpreter.</summary>
    private static string? FindNameProblem(ReadOnlySpan<char> name)
    {
        if (name is "." or ".." || name.IsEmpty)
        {
            return "its name is that of a folder";
        }

        foreach (var c in name)
        {
            if (!char.IsLetterOrDigit(c) && c is not ('_' or '-' or '.' or '+'))
            {
                return "its name holds other characters than letters, digits and _ - . +";
            }
        }

        return Encoding.UTF8.GetByteCount(name) > 255 ? "its name is longer than 255 bytes"
            : BinFolder.IsTaken(name) ? "its name is the interpreter's or the environment's own"
            : null;
    }

    private static ReadOnlySpan<char> WithoutExtras(ReadOnlySpan<char> value)
    {
        var bracket = value.IndexOf('[');
        return bracket >= 0 && value[^1] == ']' ? value[..bracket].TrimEnd() : value;
    }

    private static bool IsDotted(ReadOnlySpan<char> text)
    {
        foreach (var part in text.Split('.'))
        {
            var name = text[part];
            if (name.IsEmpty || char.IsDigit(name[0]))
            {
                return false;
            }

            foreach (var c in name)
            {
                if (!char.IsLetterOrDigit(c) && c != '_')
                {
                    return false;
                }
            }
        }

        return true;
    }

    private void Refuse(ReadOnlySpan<char> line, string problem) =>
        Refusals.Add($"`{ZipEntryName.Show(line.ToString())}` in its entry_points.txt: {problem}");
}

/// <summary>A command that a wheel declares (Entry points specification, "Use for scripts").</summary>
/// <param name="Name">The command.</param>
/// <param name="Module">What to import, dotted.</param>
/// <param name="Attribute">What to call in it, dotted.</param>
/// <param name="IsGui">Whether it is under <c>[gui_scripts]</c>; only Windows makes a difference.</param>
internal sealed record WheelEntryPoint(string Name, string Module, string Attribute, bool IsGui);
