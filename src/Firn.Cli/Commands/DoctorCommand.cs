using System.CommandLine;
using Firn.Cli.Output;
using Firn.Reports.Diagnosis;
using Firn.Workflows;
using Firn.Workflows.Images;

namespace Firn.Cli.Commands;

/// <summary><c>firn doctor [ENVIRONMENT]</c>: what in an environment will hurt.</summary>
internal sealed class DoctorCommand(CommandContext context)
{
    public static Command Create(CommandContext context)
    {
        var environment = new EnvironmentArguments();
        var readData = new Option<bool>("--read-data") { Description = "Read every file and compare its digest, not only its size" };
        var json = new Option<bool>("--json") { Description = "Print what was found as a document" };
        var containers = new Option<bool>("--containers") { Description = "Look at the container engines of this machine instead: versions, daemon, builder, GPUs, disk" };
        var command = new ExampleCommand(
            "doctor",
            "Say what in an environment will hurt: several OpenMP runtimes, packages known to crash together, edited files, "
            + "broken metadata, changes that no commit holds. Nothing is started or changed. Exit code 3 where there is an "
            + "error.",
            "firn doctor .venv")
        {
            readData, json, containers,
        };
        environment.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(containers) && (result.GetValue(readData) || result.GetValue(environment.Environment) is not null || environment.IsCondaNameGiven(result)))
            {
                result.AddError("--containers looks at the machine, not at an environment");
            }
        });
        command.SetAction(parsed => parsed.GetValue(containers) ? new DoctorCommand(context).RunOfContainers(parsed.GetValue(json)) : new DoctorCommand(context).Run(
            new DiagnoseEnvironmentRequest { Environment = environment.Request(parsed, context), ReadsData = parsed.GetValue(readData) },
            parsed.GetValue(json)));
        return command;
    }

    private int RunOfContainers(bool asJson)
    {
        using var cancellation = new CancellationBySignal(context.Cancelled);
        var report = new DiagnoseContainers(context.SystemContext).Run(cancellation.Token);
        if (asJson)
        {
            context.Console.WriteDocument(report.WriteJson);
        }
        else
        {
            new DiagnosisSummary(context.Console.Output).Write(report);
        }

        return report.Findings.Any(static finding => finding.Level == DiagnosisLevel.Error) ? ExitCodes.Different : ExitCodes.Done;
    }

    private int Run(DiagnoseEnvironmentRequest request, bool asJson)
    {
        using var cancellation = new CancellationBySignal(context.Cancelled);
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
