using System.CommandLine;
namespace Firn.Cli.Commands;
internal static class DiffCommand { public static Command Create(CommandContext context) { _ = context; return new Command("diff"); } }
