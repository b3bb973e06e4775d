using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Firn.Archives;
using Firn.Archives.Secrets;
using Firn.Common;
using Firn.Common.Files;
using Firn.Storage;
using Firn.Storage.Contents;
using Firn.Storage.Objects;

namespace Firn.Runs.Code;

/// <summary>The code of a run in the store.</summary>
/// <param name="Document">The digest of its document; <see langword="null"/> where it could not be kept.</param>
/// <param name="IsNew">Whether it was written just now; else the store has still to be asked for its files.</param>
/// <param name="Problem">What could not be kept.</param>
internal sealed record ArchivedCode(Sha256Digest? Document, bool IsNew, Problem? Problem);

/// <summary>
/// Keeps the code of runs as objects of the store, each file once. Files that nobody has changed since they were kept are
/// not read again.
/// </summary>
internal sealed class CodeArchiver(SystemContext systemContext, Store store)
{
    /// <summary>Keeps what is not known to be kept. It stops no run: what fails is a problem of the record.</summary>
    public ArchivedCode Keep(RunCode code, CancellationToken cancellation)
    {
        if (code.Document is { } known)
        {
            return new ArchivedCode(known, IsNew: false, null);
        }

        if (code.Tree is not { Files.Count: > 0 } tree)
        {
            return new ArchivedCode(null, IsNew: true, null);
        }

        try
        {
            var whole = UnchangedIndex.Open(systemContext, store.Description.Id, $"code\0{tree.Root}");
            return DigestIn(whole.Find(tree.Fingerprint())) is { } document && store.Files.Contains(document)
                ? new ArchivedCode(document, IsNew: false, ProblemOf(tree.LeftOut))
                : Write(tree, whole, cancellation);
        }
        catch (FirnException exception)
        {
            return new ArchivedCode(null, IsNew: true, NotKept(tree.Root, $"the code is not kept: {exception.Message}"));
        }
    }

    /// <summary>Whether all files of a document are in the store; from now on a collection leaves them there.</summary>
    public bool Confirm(Sha256Digest document)
    {
        try
        {
            var needed = ArchiveReferences.Read(store.Files.Read(document, CodeDocument.Limit)).Objects;
            store.Files.Hold([document, .. needed]);
            foreach (var file in needed)
            {
                if (!store.Files.Contains(file))
                {
                    return false;
                }
            }

            return true;
        }
        catch (Exception exception) when (exception is FirnException or FormatException)
        {
            return false;
        }
    }

    /// <summary>What to say of code that a collection has removed since it was kept.</summary>
    public static Problem Gone(string folder) => NotKept(folder, "the code is not kept: the store has lost files of it");

    private ArchivedCode Write(CodeFileList tree, UnchangedIndex whole, CancellationToken cancellation)
    {
        // The files have an index of their own: it is large, and not read where nothing has changed.
        var index = UnchangedIndex.Open(systemContext, store.Description.Id, $"code files\0{tree.Root}");
        using var batch = store.Files.StartBatch();
        var files = ImmutableArray.CreateBuilder<CodeFile>(tree.Files.Count);
        var leftOut = new List<CodeLeftOut>(tree.LeftOut);
        var held = new List<Sha256Digest>();
        var newest = 0L;
        foreach (var file in tree.Files)
        {
            cancellation.ThrowIfCancellationRequested();
            var changed = (file.Stat with { ModifiedSeconds = 0, ModifiedNanoseconds = 0 }).NewestChange;
            newest = Math.Max(newest, changed);
            if (file.Stat.IsLink)
            {
                if (RealPath.LinkTarget(Path.Join(tree.Root, file.Path)) is { Length: > 0 } target)
                {
                    files.Add(new CodeFile(file.Path, CodeFileKind.Link, null, 0, target));
                }

                continue;
            }

            var key = Sha256Digest.Of(file.Identity());
            try
            {
                if (index.Find(key) is null && IsKey(tree.Root, file))
                {
                    leftOut.Add(new CodeLeftOut(file.Path, SecretFiles.Reason));
                    continue;
                }

                var stored = DigestIn(index.Find(key)) is { } known && batch.TryTake(known, file.Stat.Size)
                    ? new StoredFile(known, string.Empty, file.Stat.Size)
                    : file.Content is { } content ? new StoredFile(batch.Add(content.Span), string.Empty, content.Length)
                    : batch.AddFile(Path.Join(tree.Root, file.Path), cancellation);
                index.Keep(key, changed, tree.LookedAt, Encoding.ASCII.GetBytes(stored.Digest.Hex));
                held.Add(stored.Digest);
                files.Add(new CodeFile(
                    file.Path, file.Stat.IsExecutable ? CodeFileKind.Executable : CodeFileKind.File, stored.Digest, stored.Size, null));
            }
            catch (FirnException exception)
            {
                leftOut.Add(new CodeLeftOut(file.Path, exception.Message));
                newest = long.MaxValue;
            }
        }

        leftOut.Sort(static (left, right) => string.CompareOrdinal(left.Path, right.Path));
        var document = batch.Add(new CodeDocument(files.ToImmutable(), [.. leftOut]).Write());
        held.Add(document);
        batch.Complete();
        store.Files.Hold(held);
        whole.Keep(tree.Fingerprint(), newest, tree.LookedAt, Encoding.ASCII.GetBytes(document.Hex));
        whole.Save();
        index.Save();
        return new ArchivedCode(document, IsNew: true, ProblemOf(leftOut));
    }

    /// <summary>Whether the bytes are of a private key, whatever the file's name.</summary>
    private static bool IsKey(string root, ListedCodeFile file) =>
        file.Content is null && SecretFiles.ContainsFile(file.Path, Path.Join(root, file.Path), file.Stat.Size);

    private static Problem NotKept(string path, string message) => new Problem("code-not-kept", path, message);

    private static Sha256Digest? DigestIn(byte[]? known) =>
        known is not null && Sha256Digest.TryParse(Encoding.ASCII.GetString(known), out var digest) ? digest : null;

    private static Problem? ProblemOf(IReadOnlyList<CodeLeftOut> leftOut)
    {
        if (leftOut.Count == 0)
        {
            return null;
        }

        var more = leftOut.Count == 1 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $", and {leftOut.Count - 1} other files");
        return NotKept(leftOut[0].Path, $"not kept with the code: {leftOut[0].Reason}{more}; a rerun does not have it");
    }
}
