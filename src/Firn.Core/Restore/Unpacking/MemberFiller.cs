using System.Text;
using Firn.Archives.Documents;
using Firn.Captures.Verification;
using Firn.Common;
using Firn.Common.Bundles;
using Firn.Common.Files;
using Firn.Python.Installation;
using Firn.Restore.Planning;

namespace Firn.Restore.Unpacking;

/// <summary>Gives members of a package the form that they have in this prefix.</summary>
/// <param name="job">The package.</param>
/// <param name="output">Gets what is to be said of them.</param>
internal sealed class MemberFiller(PackageRestore job, RestoreJournal output)
{
    private readonly string _executable = Path.Join(job.Target.Prefix, job.Target.Tree.Executable);
    private readonly byte[] _prefix = Encoding.UTF8.GetBytes(job.Target.Prefix);

    /// <summary>A script that may begin with <c>#!python</c>.</summary>
    public byte[] FillScript(byte[] content) => ShebangWriter.Fill(content, _executable) ?? content;

    /// <summary>A member with Firn's own placeholder of the prefix.</summary>
    /// <param name="entry">What the bundle says of it.</param>
    /// <param name="place">Where it goes, relative to the restored prefix.</param>
    /// <param name="content">Its bytes.</param>
    /// <exception cref="FirnException">No placeholder is where the bundle promises one.</exception>
    public byte[] FillPrefix(BundleEntry entry, string place, byte[] content)
    {
        try
        {
            var filled = PlaceholderFiller.Fill(content, entry.PrefixOffsets.AsSpan(), _prefix);
            if (ShebangWriter.Mend(filled, _prefix) is not { } mended)
            {
                if (job.Package.Kind != ArchivedPackageKind.Interpreter && UnquotedPrefixCheck.Of(place, filled, _prefix) is { } problem)
                {
                    output.AddProblem(problem);
                }

                return filled;
            }

            output.AddRelocated(new RelocatedFile(place, Sha256Digest.Of(content), Sha256Digest.Of(mended)));
            return mended;
        }
        catch (FormatException exception)
        {
            throw Damaged(entry, exception.Message, exception);
        }
    }

    /// <summary>A member with the placeholder of a conda package.</summary>
    /// <param name="entry">What the bundle says of it.</param>
    /// <param name="path">Where it goes, relative to the tree.</param>
    /// <param name="content">Its bytes.</param>
    /// <exception cref="FirnException">The package is none of conda's, or the prefix does not fit.</exception>
    public byte[] FillPlaceholder(BundleEntry entry, string path, byte[] content)
    {
        using var source = new MemoryByteSource(content);
        using var replaced = Replace(entry, path, source);
        var filled = content;
        if (!ReferenceEquals(replaced, source))
        {
            filled = new byte[replaced.Length];
            var length = 0;
            replaced.CopyTo(piece =>
            {
                piece.CopyTo(filled.AsSpan(length));
                length += piece.Length;
            });
        }

        return filled;
    }

    /// <summary>As <see cref="FillPlaceholder"/>, piece by piece; the source itself where nothing changes.</summary>
    public ByteSource Replace(BundleEntry entry, string path, ByteSource source) =>
        job.Conda is { } conda
            ? conda.Replace(source, entry.Placeholder!, path)
            : throw Damaged(entry, "a placeholder of conda in a package that is none of conda's", null);

    private FirnException Damaged(BundleEntry entry, string what, Exception? cause) => new(
        $"the bundle of {job.Name} is damaged: {entry.Path}: {what}",
        "`firn store check --read-data` finds all damage and says what mends it",
        FailureKind.Different,
        cause);
}
