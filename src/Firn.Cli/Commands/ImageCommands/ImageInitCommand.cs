using System.CommandLine;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Images.Scaffold;
using Firn.Workflows.Images;

namespace Firn.Cli.Commands.ImageCommands;

/// <summary><c>firn image init</c>: writes an installation.</summary>
internal static class ImageInitCommand
{
    public static Command Create(CommandContext context)
    {
        var fromPython = new Option<string?>("--from-python")
        {
            Description = "Extend an image that has a Python, for example one of NVIDIA's. Default: python:VERSION-slim",
            HelpName = "IMAGE",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var fromScratch = new Option<string?>("--from-scratch")
        {
            Description = "Make an environment of its own on a plain system. Default: debian:bookworm-slim",
            HelpName = "IMAGE",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var platform = new Option<string?>("--platform") { Description = "amd64 or arm64. Default: this machine's", HelpName = "NAME" };
        var acceleration = new Option<string>("--acceleration")
        {
            Description = "What containers compute on: cuda, cpu, rocm or mps",
            HelpName = "NAME",
            DefaultValueFactory = static _ => "cuda",
        };
        acceleration.AcceptOnlyFromAmong("cuda", "cpu", "rocm", "mps");
        var name = new Option<string?>("--name") { Description = "The project's name in images' names. Default: the folder's", HelpName = "NAME" };
        var suffix = new Option<string?>("--suffix") { Description = "Tells several images of one platform apart", HelpName = "TEXT" };
        var capture = new Option<string?>("--from-capture") { Description = "Begin with the packages of a capture", HelpName = "CAPTURE" };
        var project = new Option<string?>("--project") { Description = "The project's folder. Default: the current folder", HelpName = "DIR" };
        var yes = new Option<bool>("--yes", "-y") { Description = "Change files that exist without asking; the differences are printed" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would be written, and write nothing" };
        foreach (var option in new Option[] { platform, name, suffix, capture, project })
        {
            option.RefuseEmpty();
        }

        var command = new ExampleCommand(
            "init",
            "Write installation/docker-PLATFORM-ACCELERATION: a Dockerfile, lists of packages that begin with what the project has, "
            + "and what runs containers. A file that exists is changed only after its difference was shown.",
            "firn image init --from-python nvcr.io/nvidia/pytorch:25.01-py3 --name study")
        {
            fromPython, fromScratch, platform, acceleration, name, suffix, capture, project, yes, dryRun,
        };
        command.SetAction(parsed =>
        {
            var (python, scratch) = (parsed.GetResult(fromPython) is not null, parsed.GetResult(fromScratch) is not null);
            if (python && scratch)
            {
                throw new FirnException("an image is based on one of the two", "give --from-python or --from-scratch", FailureKind.InvalidRequest);
            }

            var request = new StartInstallationRequest
            {
                Folder = parsed.GetValue(project) ?? ".",
                Base = python ? ImageBase.FromPython : scratch ? ImageBase.FromScratch : null,
                BaseImage = parsed.GetValue(fromPython) ?? parsed.GetValue(fromScratch),
                Platform = parsed.GetValue(platform),
                Acceleration = parsed.GetValue(acceleration)!,
                Name = parsed.GetValue(name),
                Suffix = parsed.GetValue(suffix),
                Capture = parsed.GetValue(capture),
            };
            return Run(context, request, parsed.GetValue(yes), parsed.GetValue(dryRun));
        });
        return command;
    }

    private static int Run(CommandContext context, StartInstallationRequest request, bool yes, bool isDryRun)
    {
        var plan = new ImageInstallations(context.SystemContext).Plan(request);
        new PlanReport(context.Console).Write(plan, yes, isDryRun);
        if (request.Acceleration == "mps")
        {
            context.Console.Error.WriteLine("firn: no container sees Apple's GPU: this image computes on the processor; `firn create` makes an environment outside containers");
        }

        if (!isDryRun && plan.Files[0].IsNew)
        {
            var folder = Path.GetDirectoryName(plan.Files[0].Path);
            context.Console.Output.WriteLine($"Look at {folder}/dependencies, commit, then build with `firn image build`.");
        }

        return ExitCodes.Done;
    }
}
