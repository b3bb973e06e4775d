using System.CommandLine;
using Firn.Archives;
using Firn.Captures;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Projects;
using Firn.Workflows;

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
    /// <param name="parsed">The command line.</param>
    /// <param name="context">The machine.</param>
    /// <param name="takesRuns">Whether the command takes a run of the store in place of an environment.</param>
    /// <exception cref="FirnException">The project's environment is not there, or its file is wrong.</exception>
    public InspectionRequest Request(ParseResult parsed, CommandContext context, bool takesRuns = false)
    {
        var given = new InspectionRequest { Environment = parsed.GetValue(Environment), CondaName = parsed.GetValue(CondaName) };
        if (!takesRuns && given is { Environment: { } text, CondaName: null })
        {
            RefuseRun(text, context);
        }

        if (given is not { Environment: null, CondaName: null }
            || ProjectLocator.Find(null, context.SystemContext) is not { } folder
            || ProjectReader.ReadSettings(folder) is not { Environment: { } choice } project)
        {
            return given;
        }

        // A store is needed for one that is a run's only.
        var isCapture = choice.Kind == EnvironmentChoiceKind.Capture;
        var store = ProjectStore.Locate(null, project, isCapture ? context.SystemContext : WithAnyHome(context));
        return new ProjectEnvironmentResolver(
            context.SystemContext, store, LockedUse.AsItIs, new ConsoleObserver(context.Console), static () => new CancellationBySignal())
            .Request(choice, project) with
        {
            Reason = $"the environment of {Path.Join(folder, Project.FileName)}",
        };
    }

    private static void RefuseRun(string text, CommandContext context)
    {
        if (!text.Contains('/', StringComparison.Ordinal) || Path.Exists(Path.GetFullPath(text, context.SystemContext.CurrentDirectory)))
        {
            return;
        }

        var store = ProjectStore.LocateAnywhere(null, null, WithAnyHome(context));
        if (ArchiveReference.NamesRun(text, store, context.SystemContext))
        {
            throw new FirnException(
                $"{text} is a run in {store}, and an environment is needed", $"`firn restore {text} --to .venv` brings its environment back");
        }
    }

    /// <summary>For a store that is only looked at where there is one.</summary>
    private static SystemContext WithAnyHome(CommandContext context) => context.SystemContext with { HomeProblem = null };
}
