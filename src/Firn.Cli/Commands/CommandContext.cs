using Firn.Cli.Output;
using Firn.Common;

namespace Firn.Cli.Commands;

/// <summary>What every command gets: where to write, and what it may know of the process.</summary>
internal sealed record CommandContext(CommandConsole Console, Surroundings Surroundings)
{
    /// <summary>What follows the first <c>--</c>, which is another program's; <see langword="null"/> where there is none.</summary>
    public IReadOnlyList<string>? Tail { get; init; }
}
