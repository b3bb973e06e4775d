using System.CommandLine;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Workflows.Images;

namespace Firn.Cli.Commands.ImageCommands;

/// <summary><c>firn image assemble</c>: an image of an archived environment, without an engine.</summary>
internal static class ImageAssembleCommand
{
    private const string NoBase = "none";

    public static Command Create(CommandContext context)
    {
        var capture = new Argument<string>("CAPTURE")
        {
            Description = "A capture, an environment id, or a run SUBJECT/NAME[@N], as `firn restore` takes it; or an environment, "
                + "which is archived first",
        };
        capture.RefuseOptions();
        var below = new Option<string?>("--base")
        {
            Description = "The image below: HOST/NAME:TAG, oci:DIR[:TAG], docker-archive:FILE[:NAME:TAG], or none. Default: none",
            HelpName = "IMAGE",
        };
        below.RefuseEmpty();
        var output = new Option<string>("-o", "--output")
        {
            Description = "Where to: oci:DIR[:TAG], docker-archive:FILE[:NAME:TAG], sif:FILE, or HOST/NAME:TAG of a registry",
            HelpName = "PLACE",
            Required = true,
        };
        var prefix = new Option<string?>("--prefix") { Description = $"Where the environment is in the image. Default: {AssembleImageRequest.UsualPrefix}", HelpName = "DIR" };
        prefix.RefuseEmpty();
        var entrypoint = new Option<string[]>("--entrypoint")
        {
            Description = "A word of what always runs, in place of what the base says; may be repeated",
            HelpName = "WORD",
        };
        var program = new Option<string[]>("--cmd")
        {
            Description = "A word of what runs unless told. Default: what the base says, else the environment's Python",
            HelpName = "WORD",
        };
        var anyBase = new Option<bool>("--any-base") { Description = "Go on where the base lacks what the environment needs" };
        var libraries = new Option<bool>("--host-libraries")
        {
            Description = "In place of a base, bring this machine's libraries that the environment needs, where they are those that were captured",
        };
        var json = new Option<bool>("--json") { Description = "Print what was done as a document" };
        var store = new StoreArguments();
        var command = new ExampleCommand(
            "assemble",
            "Put an image together from an archived environment, without an engine and without root: the same environment on the "
            + "same base gives the same image, bit for bit.",
            "firn image assemble .venv --base oci:debian -o oci:images:study")
        {
            capture, below, output, prefix, entrypoint, program, anyBase, libraries, json,
        };
        var registry = new RegistryArguments(command, withPlatform: false);
        store.AddTo(command);
        command.SetAction(parsed => Run(context, parsed.GetValue(json), new AssembleImageRequest
        {
            Capture = parsed.GetRequiredValue(capture),
            Base = parsed.GetValue(below) is { } image && image != NoBase ? image : null,
            Output = parsed.GetRequiredValue(output),
            Prefix = parsed.GetValue(prefix) ?? AssembleImageRequest.UsualPrefix,
            Entrypoint = [.. parsed.GetValue(entrypoint) ?? []],
            Command = [.. parsed.GetValue(program) ?? []],
            WithHostLibraries = parsed.GetValue(libraries),
            Registry = registry.Access(parsed),
            TakesAnyBase = parsed.GetValue(anyBase),
            Store = store.Given(parsed),
            Project = store.GivenProject(parsed),
        }));
        return command;
    }

    private static int Run(CommandContext context, bool asJson, AssembleImageRequest request)
    {
        using var signals = new CancellationBySignal(context.Cancelled);
        var result = new AssembleImage(context.SystemContext).Run(request, new ConsoleObserver(context.Console), signals.Token);
        if (asJson)
        {
            context.Console.WriteDocument(result.WriteJson);
        }
        else
        {
            Write(context.Console.Output, result);
        }

        ProblemWriter.Write(context.Console.Error, result.Problems);
        return ExitCodes.Done;
    }

    private static void Write(TextWriter output, AssembleImageResult result)
    {
        void Line(string name, string text) => output.WriteLine(TerminalText.Clean($"{name,-12} {text}"));
        Line("image", result.Output);
        Line("digest", result.Digest);
        Line("platform", result.Platform);
        Line("environment", result.EnvironmentId);
        Line("prefix", result.Prefix);
        Line("layers", $"{result.LayerCount}, {SizeText.Of(result.Size)}; {(result.MadeCount == 0 ? "all made before" : $"{result.MadeCount} made now")}");
    }
}
