using System.CommandLine;
using Firn.Analyses.Projects;
using Firn.Captures;
using Firn.Common;

namespace Firn.Cli.Commands;

/// <summary>The argument and the option by which commands take an environment.</summary>
internal sealed class EnvironmentArguments
{
    public EnvironmentArguments(string name = "ENVIRONMENT", string? description = null)
    {
        Environment = new Argument<string?>(name)
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = description
                ?? "A prefix or a python executable. Default: that of firn.yaml, VIRTUAL_ENV, CONDA_PREFIX unless base, .venv here or "
                    + "above, conda base, python3 on PATH",
        };
        Environment.RefuseOptions();
        CondaName = new Option<string?>("--name", "-n") { Description = "The name of a conda environment" };
    }

    public Argument<string?> Environment { get; }

    public Option<string?> CondaName { get; }

    public void AddTo(Command command)
    {
        command.Add(Environment);
        command.Add(CondaName);
    }

    /// <summary>What is named; else, as for <c>firn run</c>, the environment of the project here or above.</summary>
    /// <exception cref="FirnException">The project's environment is not there, or its file is wrong.</exception>
    public InspectionRequest Request(ParseResult parsed, CommandContext context)
    {
        var given = new InspectionRequest { Environment = parsed.GetValue(Environment), CondaName = parsed.GetValue(CondaName) };
        if (given is not { Environment: null, CondaName: null }
            || ProjectLocator.Find(null, context.Surroundings) is not { } folder
            || ProjectReader.ReadSettings(folder) is not { Environment: { } choice } project)
        {
            return given;
        }

        // A store is needed for one that is a run's only.
        var store = choice.Kind == EnvironmentChoiceKind.Capture ? ProjectStore.Locate(null, project, context.Surroundings) : string.Empty;
        return new EnvironmentOf(context, store, LockedUse.AsItIs).Request(choice, project) with
        {
            Reason = $"the environment of {Path.Join(folder, Project.FileName)}",
        };
    }
}
