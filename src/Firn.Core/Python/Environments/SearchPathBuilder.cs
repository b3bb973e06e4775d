using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Files;
using Firn.Python.Interpreters;

namespace Firn.Python.Environments;

/// <summary><c>sys.path</c> while it grows: site.py's <c>known_paths</c>, <c>addsitedir</c> and <c>addpackage</c>.</summary>
internal sealed class SearchPathBuilder(PythonRelease release, string currentDirectory, List<Problem> problems)
{
    private const int MaxLines = 200_000;
    private readonly ImmutableArray<SearchPathEntry>.Builder _entries = ImmutableArray.CreateBuilder<SearchPathEntry>();
    private readonly ImmutableArray<PthImport>.Builder _imports = ImmutableArray.CreateBuilder<PthImport>();
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly HashSet<string> _processed = new(StringComparer.Ordinal);
    private int _lines;

    public ImmutableArray<SearchPathEntry> Entries => _entries.ToImmutable();

    public ImmutableArray<PthImport> Imports => _imports.ToImmutable();

    /// <summary>What getpath puts there before site.py runs, existing or not; site.py removes what is double.</summary>
    public void Add(string path, SearchPathKind kind)
    {
        if (PythonPaths.Absolute(currentDirectory, path) is { } full && _known.Add(PythonPaths.Normalize(full)))
        {
            _entries.Add(new SearchPathEntry(full, kind));
        }
    }

    /// <summary><c>addsitedir</c>, where the folder exists.</summary>
    public void AddSite(string folder, SearchPathKind kind)
    {
        if (PythonPaths.Absolute(currentDirectory, folder) is not { } full || !Directory.Exists(full))
        {
            return;
        }

        var key = PythonPaths.Normalize(full);
        if (!_known.Contains(key))
        {
            _entries.Add(new SearchPathEntry(full, kind));

            // Python 2 forgets to remember it, so that a .pth line may add it once more.
            if (release.Major > 2)
            {
                _known.Add(key);
            }
        }

        // site.py reads the .pth files of a folder each time it meets it; the second time adds nothing.
        if (_processed.Add(key))
        {
            AddPthFiles(full);
        }
    }

    private void AddPthFiles(string folder)
    {
        var entries = DirectoryReader.List(folder, out var status);
        if (status != FileReadStatus.Read)
        {
            problems.Add(new Problem("site-unreadable", folder, "cannot list the folder of installed packages"));
            return;
        }

        List<string>? names = null;
        foreach (var entry in entries)
        {
            if (entry.Name.EndsWith(".pth", StringComparison.Ordinal)
                && !(release.SkipsHiddenPthFiles && entry.Name[0] == '.'))
            {
                (names ??= []).Add(entry.Name);
            }
        }

        if (names is null)
        {
            return;
        }

        names.Sort(StringComparer.Ordinal);
        foreach (var name in names)
        {
            AddPthFile(folder, Path.Join(folder, name));
        }
    }

    private void AddPthFile(string folder, string path)
    {
        if (release.SkipsHiddenPthFiles && IsHidden(path))
        {
            return;
        }

        var content = BoundedFile.Read(path, PthFile.SizeLimit);
        if (content.Status is FileReadStatus.TooLarge or FileReadStatus.Denied or FileReadStatus.Unreadable)
        {
            problems.Add(new Problem("pth-unreadable", path, $"cannot read the .pth file: {content.Reason}"));
        }

        var lines = PthFile.Parse(content.Bytes, release, out var isValid);
        if (!isValid)
        {
            problems.Add(new Problem("pth-encoding", path, "the .pth file is not UTF-8"));
        }

        foreach (var line in lines)
        {
            if (++_lines > MaxLines)
            {
                problems.Add(new Problem("pth-too-long", path, "too many lines in .pth files; the rest is ignored"));
                return;
            }

            if (line.IsStatement)
            {
                _imports.Add(new PthImport(path, PthFile.FirstModule(line.Text)));
                if (PthStatements.Find(path, line) is { } problem && !problems.Contains(problem))
                {
                    problems.Add(problem);
                }
            }
            else
            {
                AddPthPath(folder, line.Text, path);
            }
        }
    }

    private void AddPthPath(string folder, string line, string addedBy)
    {
        if (PythonPaths.Absolute(folder, line) is { } full
            && !_known.Contains(PythonPaths.Normalize(full))
            && FileCheck.Exists(full))
        {
            _known.Add(PythonPaths.Normalize(full));
            _entries.Add(new SearchPathEntry(full, SearchPathKind.PthFile, addedBy));
        }
    }

    /// <summary>UF_HIDDEN of macOS and Windows' own flag; elsewhere there is none.</summary>
    private static bool IsHidden(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            return false;
        }

        try
        {
            return (File.GetAttributes(path) & FileAttributes.Hidden) != 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
