using System.CommandLine;
using Firn.Cli.Commands.ImageCommands;
using Firn.Cli.Output;
using Firn.Workflows;
using Firn.Workflows.Images;

namespace Firn.Cli.Commands;

/// <summary><c>firn verify CAPTURE [ENVIRONMENT]</c>: whether an environment is the captured one.</summary>
internal sealed class VerifyCommand(CommandContext context)
{
    public static Command Create(CommandContext context)
    {
        var capture = new Argument<string>("CAPTURE")
        {
            Description = "A capture (its folder or environment.json), an environment id, SUBJECT/NAME@N of a run in the store, or an image NAME:TAG",
        };
        capture.RefuseOptions();
        var environment = new EnvironmentArguments();
        var readData = new Option<bool>("--read-data") { Description = "Read every file and compare it with what is recorded of it" };
        var strict = new Option<bool>("--strict") { Description = "Let differences of the machine, and compiled files that nothing was archived for, count too" };
        var json = new Option<bool>("--json") { Description = "Print what was found as a document" };
        var store = new StoreArguments(ofProject: true);
        var image = new ImageArguments("Compare the environment in an image with the capture");
        var command = new ExampleCommand(
            "verify",
            "Capture an environment again and compare: interpreter, packages, recorded contents, native libraries. With "
            + "--read-data every file. An image alone is compared with what was built into it. Exit code 3 where it is not "
            + "the captured one.",
            "firn verify capture .venv --read-data")
        {
            capture, readData, strict, json,
        };
        environment.AddTo(command);
        store.AddTo(command);
        image.AddTo(command);
        command.Validators.Add(result =>
        {
            if (image.IsGiven(result) && environment.IsCondaNameGiven(result))
            {
                result.AddError("--image does not go with --name");
            }
        });
        command.SetAction(parsed => Image(parsed, image, capture, environment, context) is { } selection
            ? new VerifyCommand(context).Run(new VerifyImageRequest
            {
                Selection = selection,
                Capture = image.IsGiven(parsed.CommandResult) ? parsed.GetRequiredValue(capture) : null,
                Store = store.Given(parsed),
                Project = store.GivenProject(parsed),
                ReadsData = parsed.GetValue(readData),
                IsStrict = parsed.GetValue(strict),
                AsJson = parsed.GetValue(json),
            })
            : new VerifyCommand(context).Run(
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

    /// <summary>The image that is meant: by the option, or in place of a capture.</summary>
    private static ImageSelection? Image(
        ParseResult parsed, ImageArguments image, Argument<string> capture, EnvironmentArguments environment, CommandContext context)
    {
        var named = parsed.GetRequiredValue(capture);
        return image.Selection(parsed, parsed.GetValue(environment.Environment))
            ?? (ImageSelection.IsImage(named, context.SystemContext) ? image.Of(named, parsed, parsed.GetValue(environment.Environment)) : null);
    }

    private int Run(VerifyImageRequest request)
    {
        using var signals = new CancellationBySignal(context.Cancelled);
        var result = new CaptureImage(context.SystemContext).Verify(request, new ConsoleObserver(context.Console), signals.Token);
        if (!request.AsJson)
        {
            context.Console.Output.WriteLine(TerminalText.Clean($"{request.Selection.Image}, compared with {result.ComparedWith}"));
        }

        context.Console.Output.Write(result.Text);
        context.Console.Error.Write(result.Warnings);
        return result.AreEqual ? ExitCodes.Done : ExitCodes.Different;
    }

    private int Run(VerifyEnvironmentRequest request, bool isStrict, bool asJson)
    {
        using var cancellation = new CancellationBySignal(context.Cancelled);
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
