using Firn.Archives.Documents;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Common.Files;

namespace Firn.Runs.Preparing;

/// <summary>
/// What the file system says of the code that an archive of an environment does not hold: what <c>PYTHONPATH</c> and
/// <c>.pth</c> files lead to outside of it, and all of it where it is not archived. Bytecode does not count.
/// </summary>
internal static class OutsideCodeFingerprint
{
    /// <summary>A digest of names, sizes, times, inodes and modes; equal ones mean that nothing was changed.</summary>
    /// <param name="capture">The environment.</param>
    /// <param name="project">The project's folder, whose code is compared by its bytes.</param>
    /// <param name="archive">The archive, whose bytes are compared; <see langword="null"/> where there is none.</param>
    /// <param name="cancellation">Ends the look.</param>
    public static Sha256Digest Of(Capture capture, string project, ArchiveDocument? archive, CancellationToken cancellation)
    {
        var environment = capture.Environment;
        var places = new SortedSet<string>(StringComparer.Ordinal);
        var hasInterpreter = archive is not null && (archive.Base is not null
            || archive.Environment.Kind is ArchivedTreeKind.Plain or ArchivedTreeKind.Conda
            || archive.Environment.Packages.Any(static package => package.Kind == ArchivedPackageKind.Interpreter));
        foreach (var entry in environment.SearchPath)
        {
            var isArchived = archive is not null
                && ((RealPath.IsWithin(entry.Path, environment.Prefix) && (hasInterpreter || environment.Prefix != environment.BasePrefix))
                    || (hasInterpreter && RealPath.IsWithin(entry.Path, environment.BasePrefix)));
            if (!isArchived && !RealPath.IsWithin(entry.Path, project))
            {
                places.Add(entry.Path);
            }
        }

        if (archive is null)
        {
            places.Add(environment.Prefix);
        }

        if (!hasInterpreter && environment.Executable is { } executable)
        {
            places.Add(RealPath.Of(executable));
        }

        using var fingerprint = new StatFingerprint();
        foreach (var place in places)
        {
            if (!places.Any(other => other != place && RealPath.IsWithin(place, other)))
            {
                Add(fingerprint, place, cancellation);
            }
        }

        return fingerprint.Finish();
    }

    private static void Add(StatFingerprint fingerprint, string place, CancellationToken cancellation)
    {
        fingerprint.Add(place);
        var real = RealPath.Of(place);
        if (!FileStatReader.TryRead(real, out var stat))
        {
            return;
        }

        if (!stat.IsDirectory)
        {
            fingerprint.Add(stat);
            return;
        }

        ScannedTree tree;
        try
        {
            tree = TreeScanner.Scan(real, static path => !IsBytecodeOrRepository(path), cancellation);
        }
        catch (FirnException)
        {
            // It cannot be listed, and so nothing is imported from it.
            return;
        }

        var entries = new List<ScannedEntry>(tree.Entries);
        entries.Sort(static (left, right) => string.CompareOrdinal(left.Path, right.Path));
        foreach (var entry in entries)
        {
            if (!entry.Stat.IsDirectory && !entry.Path.EndsWith(".pyc", StringComparison.Ordinal))
            {
                fingerprint.Add(entry.Path);
                fingerprint.Add(entry.Stat);
                // Debian's sitecustomize.py, and a usercustomize.py among one's dot files, are links.
                if (entry.Stat.IsLink && FileStatReader.TryRead(RealPath.Of(Path.Join(real, entry.Path)), out var target))
                {
                    fingerprint.Add(target);
                }
            }
        }
    }

    private static bool IsBytecodeOrRepository(string path)
    {
        var name = path.AsSpan(path.LastIndexOf('/') + 1);
        return name.SequenceEqual("__pycache__") || name.SequenceEqual(".git");
    }
}
