using System.CommandLine;

namespace Firn.Cli.Commands;

/// <summary>A command whose help ends with a complete example.</summary>
internal sealed class ExampleCommand(string name, string description, string example) : Command(name, description)
{
    /// <summary>A command line that works as it stands.</summary>
    public string Example { get; } = example;
}
