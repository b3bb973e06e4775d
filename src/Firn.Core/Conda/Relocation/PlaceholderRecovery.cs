using System.Text;
using Firn.Common;
using Firn.Common.Bundles;
using Firn.Common.Files;
using Firn.Conda.Prefixes;

namespace Firn.Conda.Relocation;

/// <summary>
/// Takes the prefix out of an installed file, so that the bytes are those that the package published: what
/// <see cref="CondaPrefixReplacement"/> and the installers did, backwards. The published digest says when it is done, so
/// whatever is found is right; where none is recorded, putting the prefix in again must give the installed bytes.
/// </summary>
internal sealed class PlaceholderRecovery
{
    /// <summary>The most selections of spots that are tried for one file.</summary>
    public const int MaxTries = 4096;

    /// <summary>The most bytes that are hashed for one file; a file of any size is tried a few times.</summary>
    private const long MaxHashed = 1L << 29;

    private const int FewestTries = 8;

    /// <summary>Without a digest to reach, more than the likely selections would only be guesses.</summary>
    private const int CommonTries = 3;

    /// <summary>What one spot costs in a try, in memory and time, as bytes hashed.</summary>
    private const long EffortOfSite = 2048;

    private static readonly List<ByteEdit?> NoStart = [null];
    private readonly IReadOnlyList<string> _prefixes;

    /// <param name="prefixes">Where the environment was installed; several where that is not known for sure.</param>
    public PlaceholderRecovery(IReadOnlyList<string> prefixes) => _prefixes = prefixes;

    /// <summary>Looks for the published bytes of a file.</summary>
    /// <param name="installed">The file as it was installed.</param>
    /// <param name="placeholder">Its placeholder.</param>
    /// <param name="published">The digest to reach; <see langword="null"/> where it is not recorded.</param>
    /// <exception cref="IOException">The file cannot be read to its end.</exception>
    public RecoveredFile Find(ByteSource installed, CondaPlaceholder placeholder, Sha256Digest? published)
    {
        Sha256Digest? digest = null;
        var hasPrefix = false;
        foreach (var prefix in _prefixes)
        {
            // A prefix of one letter is in every file.
            if (prefix.Length < 2 || placeholder.Text.Length == 0)
            {
                continue;
            }

            using var hasher = digest is null ? new Sha256Hasher() : null;
            var sites = PlaceholderSites.Find(installed, placeholder, prefix, hasher);
            if (sites is null)
            {
                break;
            }

            digest ??= hasher!.Finish();
            if (digest == published)
            {
                return Unchanged(installed, digest);
            }

            hasPrefix |= sites.Count > 0;
            if (Search(installed, digest, placeholder, prefix, sites, published) is { } found)
            {
                return found;
            }
        }

        var known = digest ?? installed.Digest();
        return known == published || (published is null && !hasPrefix)
            ? Unchanged(installed, known)
            : new RecoveredFile { Digest = known, Installed = known, Length = installed.Length };
    }

    private static RecoveredFile Unchanged(ByteSource installed, Sha256Digest digest) =>
        new() { Edits = [], Digest = digest, Installed = digest, Length = installed.Length };

    private static RecoveredFile? Search(
        ByteSource installed, Sha256Digest digest, CondaPlaceholder placeholder, string prefix, List<PlaceholderSite> sites,
        Sha256Digest? published)
    {
        var effort = installed.Length + (EffortOfSite * sites.Count) + 1;
        var tries = published is null ? CommonTries : (int)Math.Clamp(MaxHashed / effort, FewestTries, MaxTries);
        var selection = new PlaceholderSelection(sites, installed.Length);
        var starts = Starts(installed, placeholder, prefix, published);
        while (selection.MoveNext(ref tries))
        {
            foreach (var start in starts)
            {
                if (selection.Edits(start) is not { Count: > 0 } edits)
                {
                    continue;
                }

                var content = new EditedByteSource(installed, edits);
                var reached = content.Digest();
                if (published is null
                    ? CondaPrefixReplacement.Replace(content, placeholder, prefix, prefix).Digest() == digest
                    : reached == published)
                {
                    return new RecoveredFile { Edits = edits, Digest = reached, Installed = digest, Length = content.Length };
                }
            }

            // What the file's start may have been is tried with the likely selections only.
            starts = selection.IsCommon ? starts : NoStart;
        }

        return null;
    }

    /// <summary>No edit of the start, and, in text whose published digest can tell, what it may have been.</summary>
    private static List<ByteEdit?> Starts(
        ByteSource installed, CondaPlaceholder placeholder, string prefix, Sha256Digest? published)
    {
        if (placeholder.IsBinary || published is null)
        {
            return NoStart;
        }

        var starts = new List<ByteEdit?> { null };
        starts.AddRange(OriginalShebangs.Find(
            installed, Encoding.UTF8.GetBytes(prefix), Encoding.UTF8.GetBytes(placeholder.Text)));
        return starts;
    }
}

/// <summary>What came of taking the prefix out of an installed file.</summary>
internal sealed record RecoveredFile
{
    /// <summary>
    /// The edits that turn the installed bytes into the published ones; empty where they are equal;
    /// <see langword="null"/> where nothing that was tried gave the published digest.
    /// </summary>
    public List<ByteEdit>? Edits { get; init; }

    /// <summary>The digest of the bytes after the edits; of the installed bytes where there are none.</summary>
    public required Sha256Digest Digest { get; init; }

    /// <summary>The length of those bytes.</summary>
    public required long Length { get; init; }

    /// <summary>The digest of the installed bytes.</summary>
    public required Sha256Digest Installed { get; init; }
}

/// <summary>The published bytes of an installed file, made from it while the bundle is written.</summary>
/// <param name="path">The installed file.</param>
/// <param name="installedLength">Its length when it was searched.</param>
/// <param name="file">What was found.</param>
internal sealed class RecoveredContent(string path, long installedLength, RecoveredFile file) : BundleContent
{
    public override long Length => file.Length;

    public override void WriteTo(BundleSink sink)
    {
        using var source = FileByteSource.Open(path, out _);
        if (source is null || source.Length != installedLength)
        {
            throw Changed();
        }

        try
        {
            new EditedByteSource(source, file.Edits ?? []).CopyTo(sink.Write);
        }
        catch (EndOfStreamException)
        {
            throw Changed();
        }
    }

    public override void Check(Sha256Digest written)
    {
        if (written != file.Digest)
        {
            throw Changed();
        }
    }

    private FirnException Changed() =>
        new($"{path} changed while it was read", "run the command again when nothing else writes there");
}
