using System.CommandLine;
using Firn.Cli.Output;
using Firn.Common;

namespace Firn.Cli.Commands;

/// <summary>What every command gets: where to write, and what it may know of the process.</summary>
internal sealed record CommandContext(CommandConsole Console, SystemContext SystemContext)
{
    /// <summary>What follows the first <c>--</c>, which is another program's; <see langword="null"/> where there is none.</summary>
    public IReadOnlyList<string>? Tail { get; init; }

    /// <summary>Is told the number of the signal that cancels the command.</summary>
    public Action<int>? Cancelled { get; init; }
}

/// <summary>A command whose help ends with a complete example.</summary>
internal sealed class ExampleCommand(string name, string description, string example) : Command(name, description)
{
    /// <summary>A command line that works as it stands.</summary>
    public string Example { get; } = example;
}

/// <summary>What is wrong already on the command line.</summary>
internal static class ArgumentChecks
{
    /// <summary>
    /// A misspelt option is not an environment's name, though the parser would take it for one. <c>./-x</c> names a folder
    /// that begins with a dash.
    /// </summary>
    public static void RefuseOptions(this Argument argument) => argument.Validators.Add(static result =>
    {
        if (result.Tokens.Count > 0 && result.Tokens[0].Value.StartsWith('-'))
        {
            result.AddError($"there is no option '{result.Tokens[0].Value}'");
        }
    });

    /// <summary>
    /// An empty path is a variable that was not set, and never the current folder; and another option is not a value, though
    /// the parser would take it for one.
    /// </summary>
    public static void RefuseEmpty(this Option option) => option.Validators.Add(static result =>
    {
        foreach (var token in result.Tokens)
        {
            if (token.Value.Length == 0)
            {
                result.AddError($"{result.Option.Name} is empty");
            }
            else if (token.Value.StartsWith("--", StringComparison.Ordinal))
            {
                result.AddError($"{result.Option.Name} has no value before {token.Value}; a path that begins so is written ./{token.Value}");
            }
        }
    });
}
