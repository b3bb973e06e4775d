using Firn.Cli;
using Firn.Cli.Output;
using Firn.Common;

using var console = CommandConsole.OfThisProcess();
return new FirnApplication(console, Surroundings.OfThisProcess()).Run(args);
