using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Workflows;

namespace Firn.Cli.Commands;

/// <summary><c>firn env</c>: prints the variables of a run for a shell or a job.</summary>
internal sealed class EnvCommand(CommandContext context)
{
    public static Command Create(CommandContext context)
    {
        var analysis = new Argument<string?>("SUBJECT/NAME")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = "An analysis of firn.yaml. Default: what all of them share",
        };
        analysis.RefuseOptions();
        var shell = new Option<string?>("--shell")
        {
            Description = "sh (also bash and zsh), fish or powershell. Default: sh, on Windows powershell",
        };
        shell.AcceptOnlyFromAmong([.. VariableWriter.Shells]);
        var format = new Option<string?>("--format") { Description = "github: lines for the file that GITHUB_ENV names" };
        format.AcceptOnlyFromAmong(VariableWriter.GitHub);
        var threads = new ThreadsOption();
        var project = new ProjectArguments();
        var command = new ExampleCommand(
            "env",
            "Print the variables that a run has: the environment as its activation sets it, pythonpath, variables, threads.",
            "firn env dev/train --threads 1")
        {
            analysis, shell, format,
        };
        threads.AddTo(command);
        project.AddTo(command);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(shell) is not null && parsed.GetValue(format) is not null)
            {
                throw new FirnException("--shell and --format do not go together", "choose one", FailureKind.InvalidRequest);
            }

            return new EnvCommand(context).Run(
                new ReadVariablesRequest
                {
                    Project = project.Given(parsed),
                    Analysis = parsed.GetValue(analysis),
                    Threads = threads.Value(parsed),
                },
                parsed.GetValue(format) ?? parsed.GetValue(shell));
        });
        return command;
    }

    private int Run(ReadVariablesRequest request, string? format)
    {
        var result = new ReadVariables(context.SystemContext).Run(request);
        VariableWriter.Write(context.Console.Output, result.Variables, format);
        WriteKept(result.KeptThreads);
        return ExitCodes.Done;
    }

    private void WriteKept(ImmutableArray<string> kept)
    {
        if (kept.Length > 0)
        {
            context.Console.Error.WriteLine(TerminalText.Clean(
                $"note: {string.Join(", ", kept)} is set already and stays; --threads comes before it"));
        }
    }
}

/// <summary>The option by which commands take a number of threads.</summary>
internal sealed class ThreadsOption
{
    private const int MaxCount = 65_536;

    // Text: an option of a nullable number is compiled at start, which takes longer than reading firn.yaml.
    private readonly Option<string?> _threads = new("--threads")
    {
        Description = "How many threads numeric libraries may use; comes before what is set and what firn.yaml says",
        HelpName = "N",
    };

    public ThreadsOption() => _threads.Validators.Add(static result =>
    {
        foreach (var token in result.Tokens)
        {
            if (Parse(token.Value) is null)
            {
                result.AddError($"--threads is '{token.Value}', not a whole number from 1");
            }
        }
    });

    public void AddTo(Command command) => command.Add(_threads);

    /// <summary>The number; <see langword="null"/> where none is given.</summary>
    public int? Value(ParseResult parsed) => parsed.GetValue(_threads) is { } text ? Parse(text) : null;

    private static int? Parse(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MaxCount
            ? number
            : null;
}

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
