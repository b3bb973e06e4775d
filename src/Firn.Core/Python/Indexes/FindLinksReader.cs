using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Files;

namespace Firn.Python.Indexes;

/// <summary>Reads a place of <c>--find-links</c>: a folder with files, one file, or a page (pip: index/sources.py).</summary>
internal static class FindLinksReader
{
    private const int PageLimit = 64 << 20;

    /// <summary>The files of a folder with the links of the pages in it, of a page, or the file itself.</summary>
    /// <param name="path">An absolute path.</param>
    /// <param name="problems">Where to say that there is no such place.</param>
    public static ImmutableArray<IndexFile> Read(string path, List<Problem> problems)
    {
        if (File.Exists(path))
        {
            return IsPage(path) ? ReadPage(path, problems) : OfFile(path, Path.GetFileName(path)) is { } file ? [file] : [];
        }

        var entries = DirectoryReader.List(path, out var status);
        if (status != FileReadStatus.Read)
        {
            problems.Add(new Problem("find-links-unreadable", path, "the folder of --find-links cannot be read"));
            return [];
        }

        var files = ImmutableArray.CreateBuilder<IndexFile>();
        foreach (var entry in entries)
        {
            if (entry.Kind == DirectoryEntryKind.Directory)
            {
                continue;
            }

            var full = Path.Join(path, entry.Name);
            if (IsPage(entry.Name))
            {
                files.AddRange(ReadPage(full, problems));
            }
            else if ((WheelName.IsValid(entry.Name) || SdistFileName.HasExtension(entry.Name)) && OfFile(full, entry.Name) is { } file)
            {
                files.Add(file);
            }
        }

        // The order of a file system is nobody's wish.
        files.Sort((left, right) => string.CompareOrdinal(left.Url, right.Url));
        return files.DrainToImmutable();
    }

    /// <summary>The page of a project in a folder that is an index: <c>FOLDER/NAME/index.html</c>.</summary>
    public static ImmutableArray<IndexFile> ReadIndexFolder(string folder, string canonicalName, List<Problem> problems)
    {
        if (!Directory.Exists(folder))
        {
            problems.Add(new Problem("index-unreadable", folder, "the index is a folder that is not there"));
            return [];
        }

        var page = Path.Join(folder, canonicalName, "index.html");
        return File.Exists(page) ? ReadPage(page, problems) : [];
    }

    private static ImmutableArray<IndexFile> ReadPage(string path, List<Problem> problems)
    {
        var content = BoundedFile.Read(path, PageLimit);
        if (!content.IsComplete)
        {
            problems.Add(new Problem("index-page-unreadable", path, $"the page cannot be read: {content.Reason}"));
            return [];
        }

        return SimpleIndexReader.Read(new IndexPage(content.Bytes.ToArray(), "text/html", FileUrl.FromPath(path)), problems);
    }

    private static IndexFile? OfFile(string path, string name)
    {
        try
        {
            var file = new FileInfo(path);
            return IndexUrl.IsSafeName(name) && file.Exists
                ? new IndexFile { FileName = name, Url = FileUrl.FromPath(path), Size = file.Length }
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool IsPage(string name) =>
        name.EndsWith(".html", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".htm", StringComparison.OrdinalIgnoreCase);
}
