using System.Text;
using Firn.Archives;
using Firn.Archives.Documents;
using Firn.Archives.Verification;
using Firn.Captures;
using Firn.Captures.Documents;
using Firn.Captures.Verification;
using Firn.Common;
using Firn.Common.Files;
using Firn.Storage;

namespace Firn.Restore;

/// <summary>Proves by its bytes that what is at a shared prefix is an archive: after a killed restore, or where something changed.</summary>
internal sealed class PrefixProver(Store store, LocatedArchive archive, SystemContext systemContext)
{
    private const int MaxNamed = 20;

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
            // So much is missing that it is not an environment any more.
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
        var found = new EnvironmentVerifier(capture, archive.Document, store.Bundles, systemContext)
            .Verify(new InspectionRequest { Environment = prefix }, readsData: true, cancellation);
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
        if (differences.Count < MaxNamed)
        {
            differences.Add(new Problem("prefix-changed", path, message));
        }
    }

    private Capture? Capture() => archive.Content
        ?? (archive.Capture is { } digest && store.Files.Contains(digest)
            ? CaptureReader.Read(store, digest).Capture
            : null);
}

/// <summary>
/// That the bytes of a shared prefix were compared with an archive: written beside the prefix with what the file system said
/// of every file then. While it says the same, nothing was changed; where it says anything else, the bytes are read again.
/// </summary>
/// <param name="Contents">Which bytes: see <see cref="ContentsOf"/>.</param>
/// <param name="State">What the file system said of the tree: see <see cref="StateOf"/>.</param>
internal sealed record PrefixProof(Sha256Digest Contents, Sha256Digest State)
{
    private const string Schema = "firn.proven/1";
    private const string Ending = ".verified";
    private const int Limit = 4096;

    private const int MaxLooks = 3;

    /// <summary>
    /// What an archive restores, wherever it was archived from. Two archives of one environment id differ in it where a file
    /// was edited, or one that no package owns was added.
    /// </summary>
    public static Sha256Digest ContentsOf(ArchiveDocument archive) => Sha256Digest.Of(ArchiveWriter.Write(archive with
    {
        Environment = archive.Environment with { Prefix = string.Empty },
        Base = archive.Base is { } tree ? tree with { Prefix = string.Empty } : null,
        LeftOut = [],
    }));

    /// <summary>
    /// A digest of all names below a prefix and of what the file system says of each but folders: size, both times, inode,
    /// device and mode. A link that leads elsewhere is another inode.
    /// </summary>
    /// <exception cref="FirnException">The prefix cannot be read.</exception>
    public static Sha256Digest StateOf(string prefix, CancellationToken cancellation)
    {
        for (var look = 1; ; look++)
        {
            using var fingerprint = new StatFingerprint();
            var now = ConsistentRead.Now;
            fingerprint.Add(TreeScanner.Scan(prefix, enters: null, cancellation));
            var state = fingerprint.Finish();
            // A change in the same tick as the look would show in nothing. A time in the future waits for nobody.
            if (look == MaxLooks || fingerprint.Newest < now - ConsistentRead.Tick || fingerprint.Newest > now + ConsistentRead.Tick)
            {
                return state;
            }

            Thread.Sleep(TimeSpan.FromTicks(2 * ConsistentRead.Tick / 100));
        }
    }

    /// <summary>The proof of a prefix; <see langword="null"/> where there is none, or none that is whole.</summary>
    public static PrefixProof? Read(string prefix)
    {
        var lines = (BoundedFile.ReadText(prefix + Ending, Limit) ?? string.Empty).Split('\n');
        return lines is [Schema, var contents, var state, var sum, ""]
            && Sha256Digest.TryParse(contents, out var first) && Sha256Digest.TryParse(state, out var second)
            && new PrefixProof(first, second) is var proof && proof.Sum().Hex == sum
            ? proof
            : null;
    }

    /// <summary>Whether the proof of a prefix was written by somebody who could have changed the prefix as well, or by root.</summary>
    public static bool IsTrusted(string prefix)
    {
        if (FileStatReader.EffectiveUser() is not { } user)
        {
            return true;
        }

        return FileStatReader.TryRead(prefix + Ending, out var proof) && proof.IsRegularFile
            && FileStatReader.TryRead(prefix, out var folder) && folder.IsDirectory
            && (proof.User == user || proof.User == 0 || proof.User == folder.User);
    }

    /// <summary>Writes the proof. One that cannot be written is missing: the bytes are read the next time.</summary>
    public void Write(string prefix)
    {
        try
        {
            using var file = AtomicFile.Stage(prefix + Ending, Encoding.ASCII.GetBytes($"{Body()}{Sum().Hex}\n"));
            file.Place();
        }
        catch (FirnException)
        {
            // Somebody else's folder.
        }
    }

    private string Body() => $"{Schema}\n{Contents.Hex}\n{State.Hex}\n";

    private Sha256Digest Sum() => Sha256Digest.Of(Encoding.ASCII.GetBytes(Body()));
}
