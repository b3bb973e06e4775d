using System.CommandLine;
using System.CommandLine.Parsing;
using Firn.Cli.Commands.ImageCommands;
using Firn.Cli.Output;
using Firn.Workflows.Images;

namespace Firn.Cli.Commands;

/// <summary>The options by which a command is done inside of an image: this very command line, in a container.</summary>
internal sealed class InImageArguments
{
    private readonly Option<string?> _image = new("--in")
    {
        Description = "Do it in a container of this image, or of the installation of this name. Default: the project's environment, where that is an image",
        HelpName = "IMAGE",
    };

    private readonly Option<string?> _engine = new("--engine")
    {
        Description = "The engine of --in: docker or podman. Default: FIRN_ENGINE, else the first one that works",
        HelpName = "NAME",
    };

    private readonly Option<string[]> _mounts = new("--mount") { Description = "A folder or file that --in mounts at the same place; may be repeated", HelpName = "PATH[:ro]" };
    private readonly Option<string[]> _variables = new("--pass-env") { Description = "A variable whose value --in takes along; may be repeated", HelpName = "NAME" };

    public void AddTo(Command command)
    {
        foreach (var option in Options)
        {
            option.RefuseEmpty();
            command.Add(option);
        }
    }

    private IEnumerable<Option> Options => [_image, _engine, _mounts, _variables];

    /// <summary>Does the command inside where that is asked for; <see langword="null"/> where it is to be done here.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="context">What follows <c>--</c>, and the machine.</param>
    /// <param name="analyses">The analyses that are named; <see langword="null"/> where a program is.</param>
    /// <param name="project">The project's folder, where it is named.</param>
    /// <param name="store">The store, where it is named.</param>
    public int? Run(ParseResult parsed, CommandContext context, IReadOnlyList<string>? analyses, string? project, string? store)
    {
        var request = new RunInImageRequest
        {
            Image = parsed.GetValue(_image),
            Engine = parsed.GetValue(_engine),
            Arguments = [.. Arguments(parsed), .. context.Tail is { } tail ? ["--", .. tail] : Array.Empty<string>()],
            Analyses = analyses ?? [],
            IsOfAnalyses = analyses is not null,
            Project = project,
            Store = store,
            Mounts = parsed.GetValue(_mounts) ?? [],
            Variables = parsed.GetValue(_variables) ?? [],
            Program = ImageBuildCommand.SingleFile(),
        };
        var workflow = new RunInImage(context.SystemContext);
        return workflow.ImageFor(request) is { } image ? workflow.Run(image, request, new ConsoleObserver(context.Console)) : null;
    }

    /// <summary>The command line without these options.</summary>
    private IEnumerable<string> Arguments(ParseResult parsed)
    {
        var names = Options.Select(static option => option.Name).ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < parsed.Tokens.Count; i++)
        {
            if (parsed.Tokens[i].Type == TokenType.Option && names.Contains(parsed.Tokens[i].Value))
            {
                i++;
                continue;
            }

            yield return parsed.Tokens[i].Value;
        }
    }
}
