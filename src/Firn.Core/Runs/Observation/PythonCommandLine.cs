using System.Text;

namespace Firn.Runs.Observation;

/// <summary>Says from its command line and its variables why a Python process cannot report.</summary>
internal static class PythonCommandLine
{
    /// <summary>What is said of a process that could have reported and did not.</summary>
    public const string Unknown = "it ended before it could report, or another sitecustomize came first";

    private const string Variable = "PYTHONPATH=";

    /// <summary>Whether a program's file name is an interpreter's.</summary>
    public static bool IsPython(string executable)
    {
        var name = Path.GetFileName(executable);
        return name.StartsWith("python", StringComparison.Ordinal) || name.StartsWith("pypy", StringComparison.Ordinal)
            || name.StartsWith("graalpy", StringComparison.Ordinal);
    }

    /// <summary>Whether it only prints its version or its help, and runs no Python code.</summary>
    public static bool RunsNothing(ReadOnlySpan<byte> commandLine) =>
        Options(commandLine).AsSpan().ContainsAny("Vh?");

    /// <summary>The reason; <see langword="null"/> where nothing keeps it from reporting.</summary>
    /// <param name="commandLine">The arguments, each with a final NUL.</param>
    /// <param name="variables">The variables, each with a final NUL.</param>
    /// <param name="shimFolder">The folder that must be in PYTHONPATH.</param>
    public static string? WhyNot(ReadOnlySpan<byte> commandLine, ReadOnlySpan<byte> variables, string shimFolder)
    {
        var options = Options(commandLine);
        var option = options.AsSpan().IndexOfAny('I', 'E', 'S');
        if (option >= 0)
        {
            return "-" + options[option];
        }

        if (variables.IsEmpty)
        {
            return "an empty environment";
        }

        foreach (var variable in Encoding.UTF8.GetString(variables).Split('\0'))
        {
            if (variable.StartsWith(Variable, StringComparison.Ordinal))
            {
                return Array.IndexOf(variable[Variable.Length..].Split(Path.PathSeparator), shimFolder) < 0
                    ? "PYTHONPATH was replaced"
                    : null;
            }
        }

        return "PYTHONPATH was taken away";
    }

    /// <summary>The letters of the interpreter's options, up to the code that it runs (Python: Python/getopt.c).</summary>
    private static string Options(ReadOnlySpan<byte> commandLine)
    {
        var arguments = Encoding.UTF8.GetString(commandLine).Split('\0');
        var letters = new StringBuilder();
        for (var i = 1; i < arguments.Length; i++)
        {
            var argument = arguments[i];
            if (argument.StartsWith("--", StringComparison.Ordinal))
            {
                letters.Append(argument is "--version" ? "V" : argument.StartsWith("--help", StringComparison.Ordinal) ? "h" : "");
                i += argument == "--check-hash-based-pycs" ? 1 : 0;
                continue;
            }

            if (argument.Length < 2 || argument[0] != '-')
            {
                break;
            }

            var end = argument.AsSpan(1).IndexOfAny("cmWXQ");
            letters.Append(end < 0 ? argument.AsSpan(1) : argument.AsSpan(1, end));
            if (end >= 0 && argument[end + 1] is 'c' or 'm')
            {
                break;
            }

            // What an option takes follows it at once, or is the next argument.
            i += end >= 0 && end + 2 == argument.Length ? 1 : 0;
        }

        return letters.ToString();
    }
}
