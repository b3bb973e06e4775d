using System.Text;
using Firn.Common;

namespace Firn.Python.Metadata;

/// <summary>Tells a distribution's launchers from its other scripts, by the names in <c>entry_points.txt</c>.</summary>
/// <param name="names">The names under <c>[console_scripts]</c> and <c>[gui_scripts]</c>.</param>
internal sealed class LauncherNames(HashSet<string> names)
{
    private static readonly string[] WindowsEndings = ["-script.pyw", "-script.py", ".exe.manifest", ".exe"];
    private static readonly char[] VersionCharacters = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '.'];

    /// <summary>The names in a file; a damaged one gives those up to the damage.</summary>
    public static LauncherNames Read(ReadOnlySpan<byte> entryPoints)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var lines = new EntryPointLines(entryPoints); lines.MoveNext();)
        {
            if (lines.Current.IndexOf('=') is > 0 and var equals)
            {
                names.Add(lines.Current[..equals].TrimEnd().ToString());
            }
        }

        return new LauncherNames(names);
    }

    /// <summary>
    /// Whether the script is a launcher of an entry point, with a version behind its name (<c>pip3.11</c>,
    /// <c>easy_install-3.8</c>) or in one of Windows' forms.
    /// </summary>
    public bool Contains(string script)
    {
        foreach (var ending in WindowsEndings)
        {
            if (script.EndsWith(ending, StringComparison.Ordinal))
            {
                script = script[..^ending.Length];
                break;
            }
        }

        if (names.Contains(script))
        {
            return true;
        }

        var name = script.TrimEnd(VersionCharacters);
        return name.Length < script.Length && (names.Contains(name) || names.Contains(name.TrimEnd('-')));
    }
}

/// <summary>
/// The lines of <c>entry_points.txt</c> that name launchers, those under <c>[console_scripts]</c> and <c>[gui_scripts]</c>,
/// without blanks at their ends, as <c>importlib.metadata</c> has them (Entry points specification, "File format").
/// </summary>
internal ref struct EntryPointLines(ReadOnlySpan<byte> file)
{
    private TextLines _lines = new(Encoding.UTF8.GetString(file));
    private bool? _isGui;

    public ReadOnlySpan<char> Current { get; private set; }

    /// <summary>Whether the line is under <c>[gui_scripts]</c>.</summary>
    public readonly bool IsGui => _isGui == true;

    public bool MoveNext()
    {
        while (_lines.MoveNext())
        {
            Current = _lines.Current.Trim();
            if (Current.IsEmpty || Current[0] is '#' or ';')
            {
                continue;
            }

            if (Current[0] == '[')
            {
                _isGui = Current is "[console_scripts]" ? false : Current is "[gui_scripts]" ? true : null;
            }
            else if (_isGui is not null)
            {
                return true;
            }
        }

        return false;
    }
}
