using System.Text;
using Firn.Captures.Archives;
using Firn.Captures.Archives.Unchanged;
using Firn.Common;
using Firn.Common.Files;

namespace Firn.Restore.Staging;

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

    private const int MostLooks = 3;

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
            var now = SteadyRead.Now;
            fingerprint.Add(TreeScanner.Scan(prefix, enters: null, cancellation));
            var state = fingerprint.Finish();
            // A change in the same tick as the look would show in nothing. A time in the future waits for nobody.
            if (look == MostLooks || fingerprint.Newest < now - SteadyRead.Tick || fingerprint.Newest > now + SteadyRead.Tick)
            {
                return state;
            }

            Thread.Sleep(TimeSpan.FromTicks(2 * SteadyRead.Tick / 100));
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
