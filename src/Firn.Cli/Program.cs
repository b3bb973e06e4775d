using Firn.Cli;
using Firn.Cli.Commands;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Runs.Running;

if (!OperatingSystem.IsWindows())
{
    DescriptorStream.OpenClosed();
}

if (args is [RunCommand.Name, ..])
{
    RunRehearsal.Start();
}

using var console = CommandConsole.OfThisProcess();

return new FirnApplication(console, SystemContext.OfThisProcess()).Run(args);
