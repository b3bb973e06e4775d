using System.CommandLine;
using Firn.Cli.Output;
using Firn.Reports.Diagnosis;
using Firn.Workflows;

namespace Firn.Cli.Commands;

/// <summary><c>firn doctor [ENVIRONMENT]</c>: what in an environment will hurt.</summary>
internal sealed class DoctorCommand(CommandContext context)
{
    public static Command Create(CommandContext context)
    {
        var environment = new EnvironmentArguments();
        var readData = new Option<bool>("--read-data") { Description = "Read every file and compare its digest, not only its size" };
        var json = new Option<bool>("--json") { Description = "Print what was found as a document" };
        var command = new ExampleCommand(
            "doctor",
            "Say what in an environment will hurt: several OpenMP runtimes, packages known to crash together, edited files, "
            + "broken metadata, changes that no commit holds. Nothing is started or changed. Exit code 3 where there is an "
            + "error.",
            "firn doctor .venv")
        {
            readData, json,
        };
        environment.AddTo(command);
        command.SetAction(parsed => new DoctorCommand(context).Run(
            new DiagnoseEnvironmentRequest { Environment = environment.Request(parsed, context), ReadsData = parsed.GetValue(readData) },
            parsed.GetValue(json)));
        return command;
    }

    private int Run(DiagnoseEnvironmentRequest request, bool asJson)
    {
        using var cancellation = new CancellationBySignal();
        var report = new DiagnoseEnvironment(context.SystemContext).Run(request, cancellation.Token);
        if (asJson)
        {
            context.Console.WriteDocument(report.WriteJson);
        }
        else
        {
            new DiagnosisSummary(context.Console.Output).Write(report);
        }

        return report.Count(DiagnosisLevel.Error) > 0 ? ExitCodes.Different : ExitCodes.Done;
    }
}
