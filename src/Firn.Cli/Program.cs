using Firn.Cli;
using Firn.Cli.Output;
using Firn.Common;

if (!OperatingSystem.IsWindows())
{
    DescriptorStream.OpenClosed();
}

using var console = CommandConsole.OfThisProcess();

return new FirnApplication(console, SystemContext.OfThisProcess()).Run(args);
