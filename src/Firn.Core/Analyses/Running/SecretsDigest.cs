using System.Text;
using Firn.Analyses.Projects;
using Firn.Analyses.Records;
using Firn.Common;

namespace Firn.Analyses.Running;

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
        var path = OwnPath.Of(project.Folder, Path.Join(Project.StateFolder, "secrets.key"));
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
