using System.CommandLine;
namespace Firn.Cli.Commands;
internal static class ExportCommand { public static Command Create(CommandContext context) { _ = context; return new Command("export"); } }
