using Firn.Common;
using Firn.Common.Files;

namespace Firn.Storage.Results;

/// <summary>
/// All files in a folder and below. A link to a file in the same folder counts as that file; one that leads out, to a
/// folder or nowhere is left out, and so is what has no content.
/// </summary>
internal sealed class ResultFolderReader(string storePath)
{
    /// <summary>Reads a folder.</summary>
    /// <param name="root">Its real path.</param>
    /// <param name="name">Its name in the run; empty for none.</param>
    /// <param name="files">Takes the files.</param>
    /// <param name="leftOut">Takes what is left out.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="FirnException">A folder cannot be read.</exception>
    public void Read(
        string root, string name, List<ResultSource> files, List<LeftOutFile> leftOut, CancellationToken cancellation)
    {
        var pending = new Stack<(string Path, string Name)>();
        pending.Push((root, name));
        while (pending.Count > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            var folder = pending.Pop();
            if (folder.Path == storePath)
            {
                leftOut.Add(new LeftOutFile(folder.Path, "it is the store"));
                continue;
            }

            foreach (var entry in List(folder.Path))
            {
                var path = Path.Join(folder.Path, entry.Name);
                var inner = folder.Name.Length == 0 ? entry.Name : $"{folder.Name}/{entry.Name}";
                if (entry.Kind == DirectoryEntryKind.Directory && FileStatReader.TryRead(path, out _))
                {
                    pending.Push((path, inner));
                }
                else if (Leave(root, path, entry, out var source) is { } reason)
                {
                    leftOut.Add(new LeftOutFile(path, reason));
                }
                else
                {
                    files.Add(new ResultSource(source.Path, inner, source.Size));
                }
            }
        }
    }

    private static IReadOnlyList<DirectoryEntry> List(string folder)
    {
        var entries = DirectoryReader.List(folder, out var status);
        return status == FileReadStatus.Read
            ? entries
            : throw new FirnException(
                $"cannot read {folder}: {new FileContent(status, [], 0).Reason}", "name folders that you may read");
    }

    /// <summary>Why a name that is no folder is left out; <see langword="null"/> where it is a file to add.</summary>
    private static string? Leave(string root, string path, DirectoryEntry entry, out (string Path, long Size) source)
    {
        source = default;
        if (!FileStatReader.TryRead(path, out var stat))
        {
            return entry.Name.Contains('\ufffd', StringComparison.Ordinal) ? "its name is not UTF-8" : "it has gone";
        }

        var real = path;
        if (stat.IsLink)
        {
            real = RealPath.Of(path);
            if (!RealPath.IsWithin(real, root))
            {
                return $"it is a link that leads out of the folder, to {real}";
            }

            if (!FileStatReader.TryRead(real, out stat))
            {
                return "it is a link that leads nowhere";
            }

            if (stat.IsDirectory)
            {
                return "it is a link to a folder";
            }
        }

        if (!stat.IsRegularFile)
        {
            return "it is a pipe, a socket or a device";
        }

        source = (real, stat.Size);
        return null;
    }
}
