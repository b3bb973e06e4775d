using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Firn.Cli.Commands;

namespace Firn.Cli.Output;

/// <summary>The usual help, and below it the command's example.</summary>
internal sealed class HelpWithExample(HelpAction help) : SynchronousCommandLineAction
{
    private const string RootExample = "firn capture .venv -o capture";

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var exitCode = help.Invoke(parseResult);
        var example = (parseResult.CommandResult.Command as ExampleCommand)?.Example ?? RootExample;
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Example:");
        output.WriteLine($"  {example}");
        return exitCode;
    }
}
