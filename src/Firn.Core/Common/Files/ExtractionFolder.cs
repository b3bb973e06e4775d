namespace Firn.Common.Files;

/// <summary>
/// A folder of this process's own, closed to others, into which files of a document are laid. Every folder on the way to
/// a file is looked at before it is entered: no link leads out, whoever made it.
/// </summary>
/// <param name="path">The folder, absolute.</param>
internal sealed class ExtractionFolder(string path)
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);

    public string Path { get; } = path;

    /// <summary>Whether a path may lie in it: it stays below, and is no part of a repository's own folder.</summary>
    public static bool IsSafe(string relative)
    {
        if (!RelativePath.IsSafe(relative))
        {
            return false;
        }

        foreach (var part in relative.AsSpan().Split('/'))
        {
            if (relative.AsSpan(part).Equals(".git", StringComparison.OrdinalIgnoreCase))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Makes a folder and those above it; empty means the folder itself.</summary>
    /// <exception cref="FirnException">The path leads out, or through what is no folder.</exception>
    /// <exception cref="IOException">It cannot be made.</exception>
    public string Make(string relative)
    {
        if (relative.Length == 0)
        {
            Directory.CreateDirectory(Path);
            return Path;
        }

        var full = System.IO.Path.Join(Path, Checked(relative));
        if (_folders.Contains(relative))
        {
            return full;
        }

        Make(Parent(relative));
        if (!FileStatReader.TryRead(full, out var stat))
        {
            Directory.CreateDirectory(full);
        }
        else if (!stat.IsDirectory)
        {
            throw Refused(relative, "there is a file or a link where a folder must be");
        }

        _folders.Add(relative);
        return full;
    }

    /// <summary>Makes a file, or puts it in the place of another file or a link.</summary>
    /// <exception cref="FirnException">The path leads out, or through what is no folder.</exception>
    /// <exception cref="IOException">It cannot be made.</exception>
    public FileStream Create(string relative, bool isExecutable)
    {
        var full = Place(relative);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = Readable | UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite
                | (isExecutable ? Executable : 0);
        }

        return new FileStream(full, options);
    }

    /// <summary>Lays a copy of a file.</summary>
    public void Copy(string relative, string source)
    {
#pragma warning disable RS0030 // Its caller has looked at it: an input of a run, of which the copy is checked.
        using var from = File.OpenRead(source);
#pragma warning restore RS0030
        using var to = Create(relative, isExecutable: false);
        from.CopyTo(to);
    }

    /// <summary>Makes a link; it may lead anywhere, since nothing is written through it.</summary>
    /// <exception cref="FirnException">The path leads out, or through what is no folder.</exception>
    /// <exception cref="IOException">It cannot be made.</exception>
    public void Link(string relative, string target) => File.CreateSymbolicLink(Place(relative), target);

    /// <summary>Where a file may be made: its folder is there, and nothing of its name.</summary>
    private string Place(string relative)
    {
        Make(Parent(Checked(relative)));
        var full = System.IO.Path.Join(Path, relative);
        if (FileStatReader.TryRead(full, out var stat))
        {
            if (stat.IsDirectory)
            {
                throw Refused(relative, "there is a folder where a file must be");
            }

            File.Delete(full);
        }

        return full;
    }

    private static string Checked(string relative) =>
        IsSafe(relative) ? relative : throw Refused(relative, "it leads out of the folder, or into a repository's own");

    private static string Parent(string relative) =>
        relative.LastIndexOf('/') is var slash && slash < 0 ? string.Empty : relative[..slash];

    private static FirnException Refused(string relative, string reason) => new(
        $"the file {relative} cannot be laid out: {reason}",
        "`firn store check` tells whether the store is whole; do not run what somebody else may have changed");
}
