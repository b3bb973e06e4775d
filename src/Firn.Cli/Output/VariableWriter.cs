using System.Collections.Immutable;

namespace Firn.Cli.Output;

/// <summary>Writes variables so that a shell, or a job of GitHub's, sets them.</summary>
internal static class VariableWriter
{
    public const string GitHub = "github";
    private const string Posix = "sh";
    private const string Fish = "fish";
    private const string PowerShell = "powershell";

    public static ImmutableArray<string> Shells { get; } = [Posix, Fish, PowerShell];

    /// <param name="output">Takes one statement a variable.</param>
    /// <param name="variables">A value of <see langword="null"/> unsets one.</param>
    /// <param name="format">A shell, or <see cref="GitHub"/>; <see langword="null"/> for the platform's shell.</param>
    public static void Write(TextWriter output, ImmutableSortedDictionary<string, string?> variables, string? format)
    {
        format ??= OperatingSystem.IsWindows() ? PowerShell : Posix;
        foreach (var (name, value) in variables)
        {
            // Code for a shell, which quotes its values: nothing in it may change.
            output.Write(format switch
            {
                GitHub => OfJob(name, value ?? string.Empty),
                Fish => OfFish(name, value),
                PowerShell => value is null
                    ? $"Remove-Item Env:{name} -ErrorAction SilentlyContinue"
                    : $"$env:{name} = '{Doubled(value)}'",
                _ => value is null ? $"unset {name}" : $"export {name}='{value.Replace("'", "'\\''", StringComparison.Ordinal)}'",
            });
            output.Write('\n');
        }
    }

    /// <summary>PATH is a list there; a list that is exported under another name would be joined by blanks.</summary>
    private static string OfFish(string name, string? value)
    {
        if (value is null)
        {
            return $"set -e {name}";
        }

        var quoted = value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal);
        return name == "PATH" ? $"set -gx PATH (string split : -- '{quoted}')" : $"set -gx {name} '{quoted}'";
    }

    /// <summary>PowerShell takes typographic quotes for its own, and each is escaped by itself (about_Quoting_Rules).</summary>
    private static string Doubled(string value)
    {
        foreach (var quote in (string[])["'", "\u2018", "\u2019", "\u201a", "\u201b"])
        {
            value = value.Replace(quote, quote + quote, StringComparison.Ordinal);
        }

        return value;
    }

    /// <summary>One line, or lines between two marks that the value does not hold (GITHUB_ENV's own syntax).</summary>
    private static string OfJob(string name, string value)
    {
        if (!value.Contains('\n', StringComparison.Ordinal) && !value.Contains('\r', StringComparison.Ordinal))
        {
            return $"{name}={value}";
        }

        var mark = "FIRN";
        while (value.Contains(mark, StringComparison.Ordinal))
        {
            mark += "_";
        }

        return $"{name}<<{mark}\n{value}\n{mark}";
    }
}
