using System.Collections.Immutable;
using Firn.Analyses.Launching;
using Firn.Analyses.Records;
using Firn.Common;

namespace Firn.Analyses.Running;

/// <summary>Says what has changed since the last run of an analysis; nothing means that it need not run again.</summary>
internal sealed class RunComparer(FileDigests digests, SecretsDigest secrets)
{
    /// <summary>Variables that differ without a meaning: where things lie, and that what is printed appears at once.</summary>
    private static readonly string[] Unimportant =
    [
        "PATH", "VIRTUAL_ENV", "CONDA_PREFIX", "CONDA_DEFAULT_ENV", RunVariables.RunDirectory, EarlyVariables.Unbuffered,
    ];

    /// <summary>Whether a variable's value says nothing of what a run did.</summary>
    public static bool IsUnimportant(string name) => Array.IndexOf(Unimportant, name) >= 0;

    /// <summary>Compares, one line for each change.</summary>
    /// <param name="last">The last run.</param>
    /// <param name="known">The digest of its secrets: <see cref="Building.RunState.Secrets"/>.</param>
    /// <param name="now">What a run would find now.</param>
    /// <param name="cancellation">Ends the reading of outputs.</param>
    public ImmutableArray<string> Changes(LastRun last, Sha256Digest? known, PreparedRun now, CancellationToken cancellation)
    {
        var changes = ImmutableArray.CreateBuilder<string>();
        if (!last.Execution.Command.SequenceEqual(SecretArguments.Mask(now.Task.Analysis.Command).Arguments))
        {
            changes.Add("the command");
        }

        changes.AddRange(EnvironmentChanges.Of(last.Capture, now.Capture));
        if (changes.Count == 0 && last.Capture.EnvironmentId != now.Capture.EnvironmentId)
        {
            changes.Add("the environment");
        }

        if (last.Execution.Code?.Digest != now.Code.Code.Digest)
        {
            changes.Add("the code");
        }

        // A secret that cannot be proven to be the same counts as another.
        if (SecretsDigest.Names(now) is { Count: > 0 } masked && (known is null || secrets.Of(now) != known))
        {
            changes.Add($"the secret {string.Join(", ", masked)}");
        }

        CompareVariables(changes, last.Execution.Variables, now.Variables);
        CompareInputs(changes, last.Execution.Inputs, now.Inputs);
        CompareOutputs(changes, last.Execution, now, cancellation);
        return changes.ToImmutable();
    }

    private static void CompareVariables(
        ImmutableArray<string>.Builder changes,
        ImmutableSortedDictionary<string, string?> before,
        ImmutableSortedDictionary<string, string?> now)
    {
        var names = new SortedSet<string>(before.Keys, StringComparer.Ordinal);
        names.UnionWith(now.Keys);
        foreach (var name in names)
        {
            var had = before.TryGetValue(name, out var old);
            var has = now.TryGetValue(name, out var current);
            if (!IsUnimportant(name) && (had != has || old != SecretVariables.Kept(name, current)))
            {
                changes.Add($"the variable {name}");
            }
        }
    }

    private static void CompareInputs(
        ImmutableArray<string>.Builder changes, ImmutableArray<ExecutionFile> before, ImmutableArray<ExecutionFile> now)
    {
        if (before.IsDefault || now.IsDefault)
        {
            if (before.IsDefault != now.IsDefault)
            {
                changes.Add("which inputs are declared");
            }

            return;
        }

        var old = before.ToDictionary(file => file.Path, StringComparer.Ordinal);
        foreach (var file in now)
        {
            if (!old.Remove(file.Path, out var known))
            {
                changes.Add($"the input {file.Path} is new");
            }
            else if (known.Digest != file.Digest)
            {
                changes.Add($"the input {file.Path}");
            }
        }

        foreach (var gone in old.Keys)
        {
            changes.Add($"the input {gone} is gone");
        }
    }

    private void CompareOutputs(
        ImmutableArray<string>.Builder changes, Execution last, PreparedRun now, CancellationToken cancellation)
    {
        var folder = now.Task.Project.Folder;
        var found = FileFinder.Find(folder, now.Task.Analysis.Outputs, cancellation);
        foreach (var missing in found.Missing)
        {
            changes.Add($"the output {missing} is gone");
        }

        // A file belongs to the run that wrote it: others that a pattern means, and this run did not write, are no change of it.
        var there = new HashSet<string>(found.Paths, StringComparer.Ordinal);
        foreach (var output in last.Outputs)
        {
            if (!there.Contains(output.Path))
            {
                changes.Add($"the output {output.Path} is gone");
            }
            else if (DigestOf(output.Path, folder, cancellation) != output.Digest)
            {
                changes.Add($"the output {output.Path}");
            }
        }
    }

    private Sha256Digest? DigestOf(string name, string folder, CancellationToken cancellation)
    {
        try
        {
            return digests.Of(Path.GetFullPath(name, folder), name, cancellation).Digest;
        }
        catch (FirnException)
        {
            return null;
        }
    }
}
