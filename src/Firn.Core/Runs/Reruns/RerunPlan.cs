using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Files;
using Firn.Host.Machine;
using Firn.Projects;
using Firn.Runs.Comparing;
using Firn.Runs.Launching;
using Firn.Runs.Preparing;
using Firn.Runs.Records;
using Firn.Runs.Secrets;

namespace Firn.Runs.Reruns;

/// <summary>A run as it is to be run again: the same command and variables, with the new places in them.</summary>
/// <param name="run">The run.</param>
/// <param name="prefix">Where its environment is now.</param>
/// <param name="layout">Where its code is now, the project's folder.</param>
/// <param name="mounts">What lets its command find that at the place of the project; <see langword="null"/> where nothing does.</param>
internal sealed class RerunPlan(RecordedRun run, string prefix, string layout, PrivateMounts? mounts)
{
    /// <summary>Variables that come from where things are, not from what was asked for.</summary>
    private static readonly string[] Recomputed =
        ["PATH", "VIRTUAL_ENV", "CONDA_PREFIX", "CONDA_DEFAULT_ENV", RunVariables.RunDirectory];

    /// <summary>The analysis.</summary>
    /// <param name="outputs">The globs of its outputs.</param>
    /// <param name="user">Has the secrets that were masked.</param>
    /// <exception cref="FirnException">A secret is missing.</exception>
    public AnalysisDefinition Analysis(IReadOnlyList<string> outputs, SystemContext user)
    {
        var execution = run.Execution;
        ImmutableArray<string> command = [.. SecretRestorer.Fill(execution, user).Select(Moved)];
        var variables = execution.Variables.RemoveRange(Recomputed);
        foreach (var (name, value) in variables)
        {
            // A secret that was masked is taken from whoever runs it again.
            variables = variables.SetItem(name, value == SecretVariables.Mask ? user.Variable(name) : value is null ? null : Moved(value));
        }

        return new AnalysisDefinition
        {
            Subject = execution.Subject,
            Name = execution.Name,
            Command = command,
            CommandText = string.Join(' ', command),
            Inputs = execution.Inputs.IsDefault ? default : [.. execution.Inputs.Select(input => input.Path)],
            Outputs = [.. outputs.Select(InProject)],
            Variables = variables,
            Threads = execution.Threads,
        };
    }

    /// <summary>The folder it runs in, absolute.</summary>
    public string Folder() => Path.IsPathRooted(run.Execution.WorkingDirectory)
        ? run.Execution.WorkingDirectory
        : Path.GetFullPath(run.Execution.WorkingDirectory, layout);

    /// <summary>The user's variables, with those that change numbers as they were then.</summary>
    public SystemContext SystemContext(SystemContext user)
    {
        var variables = new Dictionary<string, string>(user.Variables, StringComparer.Ordinal);
        foreach (var name in user.Variables.Keys)
        {
            if ((VariableKinds.Of(name) is { } kind && VariableKinds.ChangeNumbers(kind))
                || name.StartsWith(SecretRestorer.Variable, StringComparison.Ordinal))
            {
                variables.Remove(name);
            }
        }

        foreach (var variable in run.Capture.Variables)
        {
            if (VariableKinds.Of(variable.Name) is { } kind && VariableKinds.ChangeNumbers(kind))
            {
                variables[variable.Name] = Moved(variable.Value);
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

    /// <summary>The outputs of both, by their paths; what was declared and neither has made too.</summary>
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

        foreach (var missing in run.Execution.MissingOutputs.Select(InProject))
        {
            if (again.MissingOutputs.Contains(missing))
            {
                compared.Add(new ComparedOutput(missing, null, null));
            }
        }

        return compared;
    }

    /// <summary>
    /// What would reach the project itself, and could change it, were the command run without mounts of its own: the
    /// argument or variable that names it; <see langword="null"/> where none does.
    /// </summary>
    public static string? NamesProject(Execution run)
    {
        if (run.ProjectFolder is not { } project)
        {
            return null;
        }

        foreach (var argument in run.Command)
        {
            if (Names(argument))
            {
                return argument;
            }
        }

        foreach (var (name, value) in run.Variables)
        {
            if (Array.IndexOf(Recomputed, name) < 0 && value is not null && Names(value))
            {
                return $"{name}={value}";
            }
        }

        return null;

        // A path that is all of a text, or of a list's part, is led elsewhere by itself.
        bool Names(string text)
        {
            foreach (var part in text.Split(Path.PathSeparator))
            {
                if (!RealPath.IsWithin(part, project) && MovedPaths.Contain(part, project))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>An output that was named by its absolute path is looked for where the rerun writes it.</summary>
    private string InProject(string pattern) =>
        run.Execution.ProjectFolder is { Length: > 1 } project && RealPath.IsWithin(pattern, project) && pattern.Length > project.Length + 1
            ? pattern[(project.Length + 1)..]
            : pattern;

    /// <summary>A text with the paths of the environment, and where nothing else does it those of the project, at their new places.</summary>
    private string Moved(string text)
    {
        var moved = MovedPaths.Of(text, run.Capture.Environment.Prefix, prefix);
        return mounts is null && run.Execution.ProjectFolder is { Length: > 1 } project ? MovedPaths.Of(moved, project, layout) : moved;
    }
}

/// <summary>An output of a run beside that of its rerun.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Before">The digest it had; <see langword="null"/> where the run did not have it.</param>
/// <param name="Now">The digest it has; <see langword="null"/> where it is not there.</param>
public sealed record ComparedOutput(string Path, Sha256Digest? Before, Sha256Digest? Now)
{
    /// <summary>Whether it was made both times, and is the same.</summary>
    public bool IsEqual => Before is not null && Before == Now;
}
