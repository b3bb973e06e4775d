using Firn.Common;
using Firn.Common.Files;
using Firn.Storage.Records;

namespace Firn.Storage.Results;

/// <summary>
/// Finds the files that are named, and all in the folders that are. A file's name in the run is its own; one from a
/// folder has the folder's name before it, as <c>cp -r</c> would lay it.
/// </summary>
internal sealed class ResultFinder(string currentFolder, string storePath)
{
    private readonly List<ResultSource> _files = [];
    private readonly List<LeftOutFile> _leftOut = [];
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
            throw new FirnException("there is no file to add", "name files, or folders with files in them", ExitCodes.Usage);
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
            throw new FirnException("a path is empty", "name files and folders; --files-from separates them with NUL", ExitCodes.Usage);
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
                    ExitCodes.Usage)
                : new FirnException($"the name '{file.Name}' of {file.Path} {refusal}", "rename it or leave it out", ExitCodes.Usage);
        }
    }
}
