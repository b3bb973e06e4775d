using System.CommandLine;
using Firn.Cli.Output;
using Firn.Workflows;

namespace Firn.Cli.Commands;

/// <summary><c>firn verify CAPTURE [ENVIRONMENT]</c>: whether an environment is the captured one.</summary>
internal sealed class VerifyCommand(CommandContext context)
{
    public static Command Create(CommandContext context)
    {
        var capture = new Argument<string>("CAPTURE")
        {
            Description = "A capture (its folder or environment.json), an environment id, or SUBJECT/NAME@N of a run in the store",
        };
        capture.RefuseOptions();
        var environment = new EnvironmentArguments();
        var readData = new Option<bool>("--read-data") { Description = "Read every file and compare it with what is recorded of it" };
        var strict = new Option<bool>("--strict") { Description = "Let differences of the machine, and compiled files that nothing was archived for, count too" };
        var json = new Option<bool>("--json") { Description = "Print what was found as a document" };
        var store = new StoreArguments(ofProject: true);
        var command = new ExampleCommand(
            "verify",
            "Capture an environment again and compare: interpreter, packages, recorded contents, native libraries. With "
            + "--read-data every file. Exit code 3 where it is not the captured one.",
            "firn verify capture .venv --read-data")
        {
            capture, readData, strict, json,
        };
        environment.AddTo(command);
        store.AddTo(command);
        command.SetAction(parsed => new VerifyCommand(context).Run(
            new VerifyEnvironmentRequest
            {
                Capture = parsed.GetRequiredValue(capture),
                Environment = environment.Request(parsed, context),
                Store = store.Given(parsed),
                Project = store.GivenProject(parsed),
                IsOfAllProjects = store.IsOfAllProjects(parsed),
                ReadsData = parsed.GetValue(readData),
            },
            parsed.GetValue(strict),
            parsed.GetValue(json)));
        return command;
    }

    private int Run(VerifyEnvironmentRequest request, bool isStrict, bool asJson)
    {
        using var cancellation = new CancellationBySignal();
        var result = new VerifyEnvironment(context.SystemContext).Run(request, cancellation.Token);
        if (asJson)
        {
            context.Console.WriteDocument(result.WriteJson);
        }
        else
        {
            new VerificationSummary(context.Console.Output).Write(result, isStrict);
        }

        ProblemWriter.Write(context.Console.Error, result.Problems);
        return result.AreEqual && !(isStrict && (!result.Notes.IsEmpty || result.HasUnproven)) ? ExitCodes.Done : ExitCodes.Different;
    }
}
