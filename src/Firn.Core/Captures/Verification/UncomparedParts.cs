using Firn.Captures.Documents;
using Firn.Common.Files;
using Firn.Python;

namespace Firn.Captures.Verification;

/// <summary>Says what is not compared where nothing but records is known of an environment.</summary>
internal static class UncomparedParts
{
    private const string Archive = "archive the environment (`firn capture ENVIRONMENT --archive`) and name its store: everything is compared then";

    /// <summary>What was not looked at.</summary>
    /// <param name="unowned">Files that no package lists.</param>
    /// <param name="observed">The environment.</param>
    /// <param name="verifier">The comparison, which is over.</param>
    public static List<UncomparedPart> WithoutArchive(
        List<string> unowned, Capture observed, FileVerifier verifier)
    {
        var parts = new List<UncomparedPart>();
        if (verifier.Count == 0)
        {
            parts.Add(new UncomparedPart(UncomparedPart.Everything, 0, "no record in the environment has a digest of any file", Archive));
        }

        parts.Add(new UncomparedPart(
            UncomparedPart.Unowned,
            unowned.Count,
            unowned.Count == 0
                ? "files that no package lists (there is none in site-packages now)"
                : $"{Of(unowned.Count, "file")} in site-packages that no package lists: {unowned[0]}{(unowned.Count > 1 ? ", ..." : string.Empty)}",
            Archive));
        parts.Add(new UncomparedPart(
            UncomparedPart.Installation, 0, "launchers, activation scripts and .pth files that no package lists", Archive));
        parts.Add(new UncomparedPart(UncomparedPart.Bytecode, 0, "compiled files (.pyc)", Archive));
        if (observed.Conda is null)
        {
            parts.Add(new UncomparedPart(
                UncomparedPart.Interpreter, 0, $"the interpreter of {observed.Environment.BasePrefix} and its standard library", Archive));
        }

        parts.AddRange(Elsewhere(verifier.Elsewhere));
        Add(parts, UncomparedPart.Links, verifier.Links, "where {0} of conda packages lead");
        Add(parts, UncomparedPart.WithoutDigest, verifier.WithoutDigest, "{0} that the records have no SHA-256 of", "file");
        Add(parts, UncomparedPart.Changed, verifier.Restored, "{0} that firn restore changed for this prefix, by its own note", "file");
        return parts;
    }

    /// <summary>Bytecode that nothing was archived for.</summary>
    /// <param name="files">The files.</param>
    /// <param name="prefix">The environment, whose own files are named first.</param>
    public static UncomparedPart Bytecode(IReadOnlyList<string> files, string prefix) => new(
        UncomparedPart.Bytecode,
        files.Count,
        $"{Of(files.Count, "compiled file")} (.pyc) that Python runs in place of the sources and that nothing was archived for: "
            + $"{files.OrderBy(file => !RealPath.IsWithin(file, prefix)).ThenBy(static file => file, StringComparer.Ordinal).First()}"
            + $"{(files.Count > 1 ? ", ..." : string.Empty)}",
        "delete the __pycache__ folders, or run Python with PYTHONPYCACHEPREFIX naming an empty folder")
    {
        Files = files,
    };

    /// <summary>Files that are equal now, and that the environment does not hold itself.</summary>
    /// <param name="links">Links, or files in folders behind links, absolute, each with where its bytes lie.</param>
    public static IEnumerable<UncomparedPart> Elsewhere(IReadOnlyCollection<(string Path, string Target)> links)
    {
        if (links.Count > 0)
        {
            var (path, target) = links.MinBy(static link => link.Path, StringComparer.Ordinal);
            yield return new UncomparedPart(
                UncomparedPart.Elsewhere,
                links.Count,
                $"{Of(links.Count, "file")} that the environment does not hold itself: equal now, behind links that lead out of it: "
                    + $"{path} -> {target}{(links.Count > 1 ? ", ..." : string.Empty)}",
                "put copies in the places of the links: whoever changes what they lead to changes the environment")
            {
                Files = [.. links.Select(static link => link.Path)],
            };
        }
    }

    private static void Add(List<UncomparedPart> parts, string code, long count, string message, string noun = "link")
    {
        if (count > 0)
        {
            parts.Add(new UncomparedPart(code, count, message.Replace("{0}", Of(count, noun), StringComparison.Ordinal), Archive));
        }
    }

    private static string Of(long count, string noun) => $"{count} {noun}{(count == 1 ? string.Empty : "s")}";
}

/// <summary>Finds files in site-packages that no package lists: Python may import them.</summary>
internal static class UnownedFiles
{
    private const int MaxFolders = 64;

    /// <summary>The files, absolute, sorted; bytecode, repositories and other environments are passed over.</summary>
    /// <param name="capture">The environment.</param>
    /// <param name="files">What its packages list.</param>
    /// <param name="likely">What belongs to those that list nothing.</param>
    public static List<string> Find(Capture capture, IReadOnlyList<RecordedExpectation> files, IEnumerable<string> likely)
    {
        var known = new HashSet<string>(likely, StringComparer.Ordinal);
        foreach (var file in files)
        {
            known.Add(file.Path);
        }

        var folders = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            for (var folder = Path.GetDirectoryName(file.Path); folder is not null && folders.Add(folder); folder = Path.GetDirectoryName(folder))
            {
                // Up to one that is known.
            }
        }

        foreach (var distribution in capture.Distributions)
        {
            // What an installer puts there, no RECORD need list.
            known.Add(distribution.MetadataPath);
        }

        var found = new List<string>();
        foreach (var entry in capture.Environment.SearchPath)
        {
            if (entry.Kind == SearchPathKind.Site && RealPath.IsWithin(entry.Path, capture.Environment.Prefix))
            {
                Walk(entry.Path, known, folders, found, 0);
            }
        }

        found.Sort(StringComparer.Ordinal);
        return found;
    }

    private static void Walk(string folder, HashSet<string> known, HashSet<string> folders, List<string> found, int depth)
    {
        var entries = DirectoryReader.List(folder, out _);
        if (depth > MaxFolders || (depth > 0 && entries.Any(static entry => entry.Name is "pyvenv.cfg" or "conda-meta")))
        {
            return;
        }

        foreach (var entry in entries)
        {
            var path = Path.Join(folder, entry.Name);
            if (entry.Name is "__pycache__" or ".git" || known.Contains(path))
            {
                continue;
            }

            // A link to a folder is one where files are listed in it.
            if (entry.Kind == DirectoryEntryKind.Directory || folders.Contains(path))
            {
                Walk(path, known, folders, found, depth + 1);
            }
            else
            {
                found.Add(path);
            }
        }
    }
}
