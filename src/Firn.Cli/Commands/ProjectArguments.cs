using System.CommandLine;
using Firn.Analyses.Projects;

namespace Firn.Cli.Commands;

/// <summary>The option by which commands take a project.</summary>
internal sealed class ProjectArguments
{
    private readonly Option<string?> _project = new("--project")
    {
        Description = "The folder of firn.yaml. Default: the current folder, or the nearest above that has one",
        HelpName = "DIR",
    };

    public ProjectArguments() => _project.RefuseEmpty();

    public void AddTo(Command command) => command.Add(_project);

    /// <summary>The project; <see langword="null"/> where none is named and there is none.</summary>
    public Project? Find(ParseResult parsed, CommandContext context) =>
        ProjectLocator.Find(parsed.GetValue(_project), context.Surroundings) is { } folder
            ? ProjectReader.Read(folder)
            : null;
}
