using Firn.Archives.Documents;
using Firn.Captures.Verification;
using Firn.Common;
using Firn.Host.Binaries;
using Firn.Restore.Planning;
using Firn.Restore.Unpacking;
using Firn.Restore.Writing;
using Microsoft.Win32.SafeHandles;

namespace Firn.Restore.Finishing;

/// <summary>
/// Makes ELF files follow their prefix: run paths into the archived one become relative to the file. A copied Python
/// would otherwise run the library of the place it was built for.
/// </summary>
internal sealed class RunPathRelocation(RestorePlan plan, RestoreJournal output)
{
    private const UnixFileMode OwnerMayWrite = UnixFileMode.UserWrite;

    /// <summary>Edits the files in place, on all cores: the digest of each is taken before and after.</summary>
    /// <returns>Those that were changed.</returns>
    public List<RelocatedFile> Relocate(TreeFolders folders, CancellationToken cancellation)
    {
        var paths = Paths(folders);
        var moves = RunPathMoves.Of(plan);
        var found = new RelocatedFile?[paths.Count];
        WorkerThreads.OnCores(paths.Count, RestoreThreads.MaxCount, RestoreThreads.Name, work =>
        {
            while (work.TryTake(out var i))
            {
                found[i] = Relocate(Path.Join(folders.Path, paths[i]), paths[i], moves);
            }
        }, cancellation);
        var relocated = new List<RelocatedFile>();
        foreach (var file in found)
        {
            if (file is not null)
            {
                relocated.Add(file);
            }
        }

        return relocated;
    }

    /// <summary>
    /// The files with run paths, relative to the restored prefix, each once; not those that came relocated, which are the
    /// cache's own.
    /// </summary>
    private List<string> Paths(TreeFolders folders)
    {
        var paths = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var target in plan.Targets)
        {
            foreach (var file in target.Tree.RunPathFiles)
            {
                var path = target.Tree.Kind == ArchivedTreeKind.System && plan.Base is { IsArchived: true }
                    && !File.Exists(Path.Join(folders.Path, target.Below(file)))
                        ? $"{RestoredFolder.Python}/{file}"
                        : target.Below(file);
                if (seen.Add(path) && !output.IsRelocated(path))
                {
                    paths.Add(path);
                }
            }
        }

        return paths;
    }

    /// <summary>Where files with run paths may be, relative to the restored prefix.</summary>
    public static HashSet<string> PossiblePaths(RestorePlan plan)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        foreach (var target in plan.Targets)
        {
            foreach (var file in target.Tree.RunPathFiles)
            {
                paths.Add(target.Below(file));
                if (target.Tree.Kind == ArchivedTreeKind.System)
                {
                    paths.Add($"{RestoredFolder.Python}/{file}");
                }
            }
        }

        return paths;
    }

    /// <summary>Edits one file in place.</summary>
    /// <param name="file">The file, absolute.</param>
    /// <param name="path">What it is in the restored prefix.</param>
    /// <param name="moves">The prefixes.</param>
    /// <returns>What was changed; <see langword="null"/> where nothing was.</returns>
    public RelocatedFile? Relocate(string file, string path, List<RunPathMove> moves)
    {
        if (OperatingSystem.IsWindows() || !Firn.Common.Files.FileStatReader.TryRead(file, out var stat) || !stat.IsRegularFile)
        {
            return null;
        }

        var mode = File.GetUnixFileMode(file);
        File.SetUnixFileMode(file, mode | OwnerMayWrite);
        try
        {
            using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite);
            if (new ElfRunPathEditor().Plan(handle, path, moves) is not { } edit)
            {
                return null;
            }

            if (edit.Obstacle is { } obstacle)
            {
                output.AddProblem(new Problem(
                    "run-path-kept", Path.Join(plan.Request.Prefix, path), $"it still names {plan.Targets[0].Tree.Prefix}: {obstacle}"));
                return null;
            }

            var published = DigestOf(handle);
            edit.Apply(handle);
            var digest = DigestOf(handle);
            File.SetLastWriteTimeUtc(handle, DateTime.UnixEpoch.AddSeconds(FileTimes.Usual));
            return new RelocatedFile(path, published, digest);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FirnException(
                $"cannot change the run path of {Path.Join(plan.Request.Prefix, path)}: {exception.Message.TrimEnd('.')}",
                "check the disk, or restore to another folder",
                innerException: exception);
        }
        finally
        {
            File.SetUnixFileMode(file, mode);
        }
    }

    private static Sha256Digest DigestOf(SafeFileHandle file)
    {
        using var hasher = new Sha256Hasher();
        var buffer = new byte[256 * 1024];
        for (var offset = 0L; RandomAccess.Read(file, buffer, offset) is var count and > 0; offset += count)
        {
            hasher.Append(buffer.AsSpan(0, count));
        }

        return hasher.Finish();
    }
}
