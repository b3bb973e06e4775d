using Firn.Common;
using Firn.Common.Files;
using Firn.Storage.Records;

namespace Firn.Storage.Results;

/// <summary>
/// Finds the files that are named, and all in the folders that are. A file's name in the run is its own; one from a
/// folder has the folder's name before it, as <c>cp -r</c> would lay it.
/// </summary>
internal sealed class ResultFileSelector(string currentFolder, string storePath)
{
    private readonly List<ResultSource> _files = [];
    private readonly List<SkippedResult> _leftOut = [];
    private readonly ResultFolderReader _folders = new(storePath);

    /// <summary>Finds everything.</summary>
    /// <param name="paths">Files and folders, links followed.</param>
    /// <param name="cancellation">Stops the search.</param>
    /// <exception cref="FirnException">One is missing or cannot be read, or two files get one name.</exception>
    public ResultSelection Find(IEnumerable<string> paths, CancellationToken cancellation)
    {
        foreach (var path in paths)
        {
            cancellation.ThrowIfCancellationRequested();
            FindOne(path, cancellation);
        }

        if (_files.Count == 0)
        {
            throw new FirnException("there is no file to add", "name files, or folders with files in them", FailureKind.InvalidRequest);
        }

        _files.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
        CheckNames();
        return new ResultSelection(_files, _leftOut);
    }

    private void FindOne(string path, CancellationToken cancellation)
    {
        var full = FullPath(path);
        var real = FileStatReader.TryRead(full, out var stat) && stat.IsLink ? RealPath.Of(full) : full;
        if (!FileStatReader.TryRead(real, out stat))
        {
            throw new FirnException($"cannot read {path}: not found", "name files and folders that exist");
        }

        if (stat.IsDirectory)
        {
            // `.` is what is in the folder; any other path names the folder too.
            var name = Path.TrimEndingDirectorySeparator(path) == "." ? string.Empty : Path.GetFileName(Path.TrimEndingDirectorySeparator(full));
            _folders.Read(real, name, _files, _leftOut, cancellation);
        }
        else if (stat.IsRegularFile)
        {
            _files.Add(new ResultSource(real, Path.GetFileName(full), stat.Size));
        }
        else
        {
            throw new FirnException($"cannot add {path}: it is neither a file nor a folder", "name files and folders");
        }
    }

    private string FullPath(string path)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            throw new FirnException("a path is empty", "name files and folders", FailureKind.InvalidRequest);
        }

        return Path.GetFullPath(path, currentFolder);
    }

    private void CheckNames()
    {
        var names = new ResourceNameSet();
        for (var i = 0; i < _files.Count; i++)
        {
            var file = _files[i];
            if (names.Add(file.Name) is not { } refusal)
            {
                continue;
            }

            throw i > 0 && _files[i - 1].Name == file.Name
                ? new FirnException(
                    $"{_files[i - 1].Path} and {file.Path} would both be '{file.Name}'",
                    "name the folder that holds them, which keeps their paths, or add them in two runs",
                    FailureKind.InvalidRequest)
                : new FirnException($"the name '{file.Name}' of {file.Path} {refusal}", "rename it or leave it out", FailureKind.InvalidRequest);
        }
    }
}

/// <summary>The files that a command line names.</summary>
/// <param name="Files">In the order of their names in the run.</param>
/// <param name="LeftOut">What the folders hold besides.</param>
internal sealed record ResultSelection(IReadOnlyList<ResultSource> Files, IReadOnlyList<SkippedResult> LeftOut)
{
    /// <summary>The bytes of all files, as they were found.</summary>
    public long TotalSize
    {
        get
        {
            long sum = 0;
            foreach (var file in Files)
            {
                sum += file.Size;
            }

            return sum;
        }
    }
}

/// <summary>A file that is to be added to a run.</summary>
/// <param name="Path">Where it is, absolute; for messages only where <see cref="Content"/> has its bytes.</param>
/// <param name="Name">Its name in the run.</param>
/// <param name="Size">In bytes, when it was found.</param>
internal sealed record ResultSource(string Path, string Name, long Size)
{
    /// <summary>The bytes where they are not in a file.</summary>
    public ReadOnlyMemory<byte>? Content { get; init; }

    /// <summary>A file that is in memory only.</summary>
    public static ResultSource OfBytes(string name, ReadOnlyMemory<byte> content) =>
        new(name, name, content.Length) { Content = content };
}

/// <summary>Something in a folder that is not added.</summary>
/// <param name="Path">Where it is, absolute.</param>
/// <param name="Reason">Why, for a person, without a final period.</param>
internal sealed record SkippedResult(string Path, MessageText Reason);

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
        string root, string name, List<ResultSource> files, List<SkippedResult> leftOut, CancellationToken cancellation)
    {
        var pending = new Stack<(string Path, string Name)>();
        pending.Push((root, name));
        while (pending.Count > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            var folder = pending.Pop();
            if (folder.Path == storePath)
            {
                leftOut.Add(new SkippedResult(folder.Path, "it is the store"));
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
                    leftOut.Add(new SkippedResult(path, reason));
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

    /// <summary>Why a name that is not a folder is left out; <see langword="null"/> where it is a file to add.</summary>
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
