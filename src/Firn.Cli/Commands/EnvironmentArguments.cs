using System.CommandLine;
using Firn.Captures;

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
                ?? "A prefix or a python executable. Default: VIRTUAL_ENV, CONDA_PREFIX unless base, .venv here or "
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

    public InspectionRequest Request(ParseResult parsed) => new()
    {
        Environment = parsed.GetValue(Environment),
        CondaName = parsed.GetValue(CondaName),
    };
}
