using System.CommandLine;

namespace Firn.Cli.Commands;

/// <summary>The option by which commands take a project.</summary>
internal sealed class ProjectArguments
{
    private readonly Option<string?> _project = new("--project")
    {
        Description = "The project's folder; default: the folder with firn.yaml, here or above",
        HelpName = "DIR",
    };

    public ProjectArguments() => _project.RefuseEmpty();

    public void AddTo(Command command) => command.Add(_project);

    /// <summary>The folder that was named; <see langword="null"/> where none was.</summary>
    public string? Given(ParseResult parsed) => parsed.GetValue(_project);
}
