using System.Collections.Immutable;
using Firn.Analyses.Launching;
using Firn.Analyses.Projects;
using Firn.Analyses.Records;
using Firn.Analyses.Running;
using Firn.Common;
using Firn.Host;

namespace Firn.Analyses.Reruns;

/// <summary>A run as it is to be run again: the same command and variables, with the new places in them.</summary>
/// <param name="run">The run.</param>
/// <param name="prefix">Where its environment is now.</param>
/// <param name="layout">Where its code is now, the project's folder.</param>
internal sealed class RerunPlan(LastRun run, string prefix, string layout)
{
    /// <summary>Variables that come from where things are, not from what was asked for.</summary>
    private static readonly string[] Recomputed =
        ["PATH", "VIRTUAL_ENV", "CONDA_PREFIX", "CONDA_DEFAULT_ENV", RunVariables.RunDirectory];

    /// <summary>The analysis.</summary>
    /// <param name="outputs">The globs of its outputs.</param>
    /// <param name="user">Has the secrets of the command that were masked.</param>
    /// <exception cref="FirnException">A secret is missing.</exception>
    public AnalysisDefinition Analysis(IReadOnlyList<string> outputs, Surroundings user)
    {
        var execution = run.Execution;
        ImmutableArray<string> command = [.. SecretArguments.Fill(execution, user).Select(Moved)];
        var variables = execution.Variables.RemoveRange(Recomputed);
        foreach (var (name, value) in variables)
        {
            // A secret that was masked is taken from whoever runs it again.
            variables = value == SecretVariables.Mask ? variables.Remove(name) : variables.SetItem(name, MovedList(value));
        }

        return new AnalysisDefinition
        {
            Subject = execution.Subject,
            Name = execution.Name,
            Command = command,
            CommandText = string.Join(' ', command),
            Inputs = execution.Inputs.IsDefault ? default : [.. execution.Inputs.Select(input => input.Path)],
            Outputs = [.. outputs],
            Variables = variables,
            Threads = execution.Threads,
        };
    }

    /// <summary>The folder it runs in, absolute.</summary>
    public string Folder() => Path.IsPathRooted(run.Execution.WorkingDirectory)
        ? run.Execution.WorkingDirectory
        : Path.GetFullPath(run.Execution.WorkingDirectory, layout);

    /// <summary>The user's variables, with those that change numbers as they were then.</summary>
    public Surroundings Surroundings(Surroundings user)
    {
        var variables = new Dictionary<string, string>(user.Variables, StringComparer.Ordinal);
        foreach (var name in user.Variables.Keys)
        {
            if ((VariableKinds.Of(name) is { } kind && VariableKinds.ChangeNumbers(kind))
                || name.StartsWith(SecretArguments.Variable, StringComparison.Ordinal))
            {
                variables.Remove(name);
            }
        }

        foreach (var variable in run.Capture.Variables)
        {
            if (VariableKinds.Of(variable.Name) is { } kind && VariableKinds.ChangeNumbers(kind))
            {
                variables[variable.Name] = MovedList(variable.Value)!;
            }
        }

        foreach (var name in Recomputed)
        {
            if (name != "PATH")
            {
                variables.Remove(name);
            }
        }

        return user with { Variables = variables };
    }

    /// <summary>The outputs of both, by their paths.</summary>
    public IReadOnlyList<ComparedOutput> Compare(Execution again)
    {
        var now = again.Outputs.ToDictionary(output => output.Path, StringComparer.Ordinal);
        var compared = new List<ComparedOutput>();
        foreach (var output in run.Execution.Outputs)
        {
            now.Remove(output.Path, out var found);
            compared.Add(new ComparedOutput(output.Path, output.Digest, found?.Digest));
        }

        foreach (var output in now.Values)
        {
            compared.Add(new ComparedOutput(output.Path, null, output.Digest));
        }

        return compared;
    }

    private string? MovedList(string? value) => value is null
        ? null
        : string.Join(Path.PathSeparator, value.Split(Path.PathSeparator).Select(Moved));

    /// <summary>A path in the environment or in the project, at its new place.</summary>
    private string Moved(string text)
    {
        var old = run.Capture.Environment.Prefix;
        if (RealPath.IsWithin(text, old))
        {
            return prefix + text[old.Length..];
        }

        return run.Execution.ProjectFolder is { } project && RealPath.IsWithin(text, project)
            ? layout + text[project.Length..]
            : text;
    }
}
