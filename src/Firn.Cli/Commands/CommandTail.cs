namespace Firn.Cli.Commands;

/// <summary>Keeps the command of <c>firn run -- COMMAND</c> away from the parser, which would take its options for firn's.</summary>
internal static class CommandTail
{
    private const string Separator = "--";

    /// <summary>The arguments that are firn's own, and those behind the first <c>--</c> of <c>firn run</c>.</summary>
    public static (IReadOnlyList<string> Own, IReadOnlyList<string>? Tail) Split(IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 0 || arguments[0] != RunCommand.Name)
        {
            return (arguments, null);
        }

        for (var i = 1; i < arguments.Count; i++)
        {
            if (arguments[i] == Separator)
            {
                return ([.. arguments.Take(i)], [.. arguments.Skip(i + 1)]);
            }
        }

        return (arguments, null);
    }
}
