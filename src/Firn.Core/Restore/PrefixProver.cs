using Firn.Captures;
using Firn.Captures.Archives.Locating;
using Firn.Captures.Json;
using Firn.Captures.Verification;
using Firn.Common;
using Firn.Restore.Staging;
using Firn.Storage;

namespace Firn.Restore;

/// <summary>Proves by its bytes that what is at a shared prefix is an archive: after a killed restore, or where something changed.</summary>
internal sealed class PrefixProver(Store store, LocatedArchive archive, Surroundings surroundings)
{
    private const int CaptureLimit = 64 * 1024 * 1024;
    private const int MostNamed = 20;

    /// <summary>Reads every file, and keeps the proof where all are as archived.</summary>
    /// <param name="prefix">What is there, absolute.</param>
    /// <param name="contents">What it is to be: <see cref="PrefixProof.ContentsOf"/>.</param>
    /// <param name="differences">Gets what is not as archived; at least one line where the answer is no.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public bool Prove(string prefix, Sha256Digest contents, List<Problem> differences, CancellationToken cancellation)
    {
        try
        {
            var before = PrefixProof.StateOf(prefix, cancellation);
            if (Capture() is not { } capture)
            {
                Add(differences, null, "it has no capture to be compared with");
                return false;
            }

            var unproven = Compare(prefix, capture, differences, cancellation);
            if (differences.Count == 0 && PrefixProof.StateOf(prefix, cancellation) != before)
            {
                Add(differences, prefix, "it changed while it was read");
            }

            if (differences.Count == 0 && unproven.Count > 0)
            {
                RemoveBytecode(prefix, unproven, differences);
                before = PrefixProof.StateOf(prefix, cancellation);
            }

            if (differences.Count == 0)
            {
                new PrefixProof(contents, before).Write(prefix);
            }
        }
        catch (FirnException exception)
        {
            // So much is missing that it is no environment any more.
            Add(differences, null, exception.Message);
        }

        return differences.Count == 0;
    }

    /// <summary>Bytecode that somebody's Python wrote there, or nobody's: what it holds is not known, and sources say the same.</summary>
    private static void RemoveBytecode(string prefix, IReadOnlyList<string> files, List<Problem> differences)
    {
        foreach (var file in files)
        {
            try
            {
                if (RealPath.IsWithin(RealPath.Of(Path.GetDirectoryName(file)!), RealPath.Of(prefix)))
                {
                    File.Delete(file);
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                Add(differences, file, "bytecode was added to the shared prefix");
            }
        }
    }

    /// <returns>Bytecode that Python would run, and of which the archive has none.</returns>
    private IReadOnlyList<string> Compare(string prefix, Capture capture, List<Problem> differences, CancellationToken cancellation)
    {
        var found = RestoredEnvironmentVerifier.Verify(
            capture, archive.Document, prefix, surroundings, readData: true, cancellation, store.Bundles);
        foreach (var file in found.Files)
        {
            Add(differences, file.Path, file.State switch
            {
                FileState.Missing => "a file of the shared prefix is missing",
                FileState.Added => "a file was added to the shared prefix",
                FileState.Unreadable => "a file of the shared prefix cannot be read",
                _ => "a file of the shared prefix was changed",
            });
        }

        foreach (var difference in found.Differences)
        {
            Add(differences, null, $"{difference.Name} in the shared prefix is {difference.Second ?? "missing"}, not {difference.First ?? "there"}");
        }

        foreach (var problem in found.Problems)
        {
            Add(differences, problem.Path, problem.Message);
        }

        return found.Uncompared.FirstOrDefault(static part => part.Code == UncomparedPart.Bytecode)?.Files ?? [];
    }

    private static void Add(List<Problem> differences, string? path, string message)
    {
        if (differences.Count < MostNamed)
        {
            differences.Add(new Problem("prefix-changed", path, message));
        }
    }

    private Capture? Capture() => archive.Content
        ?? (archive.Capture is { } digest && store.Files.Contains(digest)
            ? CaptureReader.Read(store.Files.Read(digest, CaptureLimit), digest.ToString()).Capture
            : null);
}
