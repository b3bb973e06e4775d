using System.CommandLine;
using System.CommandLine.Parsing;
using Firn.Captures;
using Firn.Cli.Output;
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

    public bool IsCondaNameGiven(CommandResult result) => result.GetValue(CondaName) is not null;

    /// <summary>What is named; else, as for <c>firn run</c>, the environment of the project here or above.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="context">The machine.</param>
    /// <param name="takesRuns">Whether the command takes a run of the store in place of an environment.</param>
    public InspectionRequest Request(ParseResult parsed, CommandContext context, bool takesRuns = false) =>
        new FindEnvironment(context.SystemContext).Run(
            new FindEnvironmentRequest
            {
                Environment = parsed.GetValue(Environment),
                CondaName = parsed.GetValue(CondaName),
                TakesRuns = takesRuns,
                Interruption = () => new CancellationBySignal(context.Cancelled),
            },
            new ConsoleObserver(context.Console));
}
