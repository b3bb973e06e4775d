using System.Collections.Immutable;
using System.Text;
using Firn.Common;
using Firn.Common.Files;
using Firn.Projects;
using Firn.Runs.Building;
using Firn.Runs.Preparing;
using Firn.Runs.Records;
using Firn.Runs.Secrets;

namespace Firn.Runs.Comparing;

/// <summary>Says what has changed since the last run of an analysis; nothing means that it need not run again.</summary>
internal sealed class RunComparer(FileDigestCache digests, SecretsDigest secrets)
{
    /// <summary>Variables that differ without a meaning: where things lie, and that what is printed appears at once.</summary>
    private static readonly string[] Unimportant =
    [
        "PATH", "VIRTUAL_ENV", "CONDA_PREFIX", "CONDA_DEFAULT_ENV", RunVariables.RunDirectory, CaptureVariables.Unbuffered,
    ];

    /// <summary>Whether a variable's value says nothing of what a run did.</summary>
    public static bool IsUnimportant(string name) => Array.IndexOf(Unimportant, name) >= 0;

    /// <summary>Compares, one line for each change.</summary>
    /// <param name="last">The last run.</param>
    /// <param name="known">The digest of its secrets: <see cref="Firn.Runs.Records.RunState.Secrets"/>.</param>
    /// <param name="now">What a run would find now.</param>
    /// <param name="cancellation">Ends the reading of outputs.</param>
    public ImmutableArray<string> Changes(RecordedRun last, Sha256Digest? known, PreparedRun now, CancellationToken cancellation)
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

/// <summary>
/// Tells whether the secrets of an analysis are those of its last run, which the record has as <c>***</c>: by a digest with a
/// random key that lies in the project's own <c>.firn</c> and never in a store, so that nobody can try guesses against a record.
/// </summary>
/// <param name="mayMake">Whether a key is made where there is none.</param>
internal sealed class SecretsDigest(bool mayMake)
{
    private const int KeyLength = 64;
    private readonly Lock _lock = new();

    /// <summary>What of a run is masked, by name; empty where its record has all as it is.</summary>
    public static IReadOnlyList<string> Names(PreparedRun run) =>
    [
        .. SecretArguments.Mask(run.Task.Analysis.Command).Masked,
        .. run.Variables.Keys.Where(name => IsMasked(run, name)),
    ];

    /// <summary>The digest; <see langword="null"/> where nothing is masked, or there is no key.</summary>
    /// <exception cref="FirnException">The key cannot be written.</exception>
    public Sha256Digest? Of(PreparedRun run)
    {
        if (Names(run).Count == 0 || Key(run.Task.Project) is not { } key)
        {
            return null;
        }

        var text = new StringBuilder(key).AppendJoin('\0', run.Task.Analysis.Command);
        foreach (var (name, value) in run.Variables)
        {
            if (IsMasked(run, name))
            {
                text.Append("\0\0").Append(name).Append('\0').Append(value);
            }
        }

        // The key around the digest of both, as in HMAC: nobody can go on where the inner one ended.
        return Sha256Digest.Of(Encoding.UTF8.GetBytes($"{key}{Sha256Digest.Of(Encoding.UTF8.GetBytes(text.ToString()))}"));
    }

    private static bool IsMasked(PreparedRun run, string name) =>
        SecretVariables.Kept(name, run.Variables[name]) != run.Variables[name];

    /// <summary>Random letters, which only the user may read.</summary>
    private string? Key(Project project)
    {
        var path = UnlinkedPath.Of(project.Folder, Path.Join(Project.StateFolder, "secrets.key"));
        lock (_lock)
        {
            if (BoundedFile.ReadText(path, KeyLength) is { Length: KeyLength } known)
            {
                return known;
            }

            return mayMake ? MakeKey(path) : null;
        }
    }

    private static string MakeKey(string path)
    {
        var key = UniqueId.Next() + UniqueId.Next();
        try
        {
            File.Delete(path);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using var file = new FileStream(path, options);
            file.Write(Encoding.ASCII.GetBytes(key));
            return key;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FirnException(
                $"cannot write {path}: {exception.Message.TrimEnd('.')}", "make the project's folder yours to write to", innerException: exception);
        }
    }
}
