namespace Firn.Python.Distributions;

/// <summary>Tells a distribution's launchers from its other scripts, by the names in <c>entry_points.txt</c>.</summary>
/// <param name="names">The names under <c>[console_scripts]</c> and <c>[gui_scripts]</c>.</param>
internal sealed class LauncherNames(HashSet<string> names)
{
    private static readonly string[] WindowsEndings = ["-script.pyw", "-script.py", ".exe.manifest", ".exe"];
    private static readonly char[] VersionCharacters = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '.'];

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
