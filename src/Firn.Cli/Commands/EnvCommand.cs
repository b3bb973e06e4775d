using System.Collections.Immutable;
using System.CommandLine;
using Firn.Analyses.Launching;
using Firn.Analyses.Projects;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Python.Environments;
using Firn.Storage.Records;

namespace Firn.Cli.Commands;

/// <summary><c>firn env</c>: prints the variables of a run for a shell or a job.</summary>
internal sealed class EnvCommand(CommandContext context)
{
    public static Command Create(CommandContext context)
    {
        var analysis = new Argument<string?>("SUBJECT/NAME")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = "An analysis of firn.yaml. Default: what all of them share",
        };
        analysis.RefuseOptions();
        var shell = new Option<string?>("--shell")
        {
            Description = "sh (also bash and zsh), fish or powershell. Default: sh, on Windows powershell",
        };
        shell.AcceptOnlyFromAmong([.. VariableWriter.Shells]);
        var format = new Option<string?>("--format") { Description = "github: lines for the file that GITHUB_ENV names" };
        format.AcceptOnlyFromAmong(VariableWriter.GitHub);
        var threads = new ThreadsOption();
        var project = new ProjectArguments();
        var command = new ExampleCommand(
            "env",
            "Print the variables that a run has: the environment as its activation sets it, pythonpath, variables, threads.",
            "firn env dev/train --threads 1")
        {
            analysis, shell, format,
        };
        threads.AddTo(command);
        project.AddTo(command);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(shell) is not null && parsed.GetValue(format) is not null)
            {
                throw new FirnException("--shell and --format do not go together", "say one of them", ExitCodes.Usage);
            }

            return new EnvCommand(context).Run(
                project.Find(parsed, context, parsed.GetValue(analysis) is not null),
                parsed.GetValue(analysis),
                threads.Value(parsed),
                parsed.GetValue(format) ?? parsed.GetValue(shell));
        });
        return command;
    }

    private int Run(Project? project, string? reference, int? threads, string? format)
    {
        if (project is null && reference is not null)
        {
            throw new FirnException(
                $"there is no {Project.FileName} in {context.Surroundings.CurrentDirectory} or above",
                "name a project with --project, or write one with `firn init`");
        }

        project ??= new Project { Folder = context.Surroundings.CurrentDirectory, Name = "none" };
        var analysis = reference is null ? Shared(project) : Named(project, reference);
        var located = ProjectEnvironment.Locate(analysis.Environment, project.Folder, context.Surroundings);
        var problems = new List<Problem>();
        var environment = EnvironmentReader.Read(located, context.Surroundings, problems);
        var variables = RunVariables.For(analysis, project, environment, context.Surroundings, threads);
        if (reference is null)
        {
            variables = variables.Remove(RunVariables.RunDirectory);
        }

        VariableWriter.Write(context.Console.Output, variables, format);
        if (threads is null)
        {
            WriteKept(RunVariables.KeptThreads(analysis, context.Surroundings));
        }

        return ExitCodes.Done;
    }

    /// <summary>What every analysis has that says nothing for itself.</summary>
    private static AnalysisDefinition Shared(Project project) => new()
    {
        Subject = "project",
        Name = "shell",
        Command = [],
        CommandText = string.Empty,
        Environment = project.Environment,
        PythonPath = project.PythonPath,
        Variables = project.Variables,
        Threads = project.Threads,
    };

    private static AnalysisDefinition Named(Project project, string reference)
    {
        AnalysisReference.ParseAnalysis(reference);
        return ProjectReader.Find(project, reference);
    }

    private void WriteKept(ImmutableArray<string> kept)
    {
        if (kept.Length > 0)
        {
            context.Console.Error.WriteLine(TerminalText.Clean(
                $"note: {string.Join(", ", kept)} is set already and stays; --threads comes before it"));
        }
    }
}
