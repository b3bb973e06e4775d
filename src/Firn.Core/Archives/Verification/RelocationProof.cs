using Firn.Archives.Documents;
using Firn.Captures.Documents;
using Firn.Captures.Verification;
using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Tar;
using Firn.Host.Binaries;
using Firn.Python.Installation;
using Firn.Storage.Bundles;

namespace Firn.Archives.Verification;

/// <summary>
/// Proves that a file differs from the archived one by nothing but what a restore does to it: run paths of ELF files that
/// lead into the prefix become relative to the file, and first lines that no kernel takes become two.
/// </summary>
/// <param name="archive">The archive.</param>
/// <param name="bundles">The store's bundles.</param>
/// <param name="observed">The environment.</param>
internal sealed class RelocationProof(ArchiveDocument archive, BundleObjects bundles, Capture observed)
{
    private const int ScriptLimit = 16 * 1024 * 1024;
    private const long LibraryLimit = 1L << 30;

    private readonly Lock _lock = new();
    private readonly Dictionary<Sha256Digest, List<(ObservedMember File, ArchivedMember Archived)>> _doubtful = [];

    /// <summary>Whether the file may be the archived one with other run paths: <see cref="Prove"/> tells.</summary>
    public bool TryKeep(ObservedMember file, ArchivedMember archived)
    {
        if (archived.Entry is not { Kind: TarEntryKind.File, PrefixOffsets.IsEmpty: true, Size: <= LibraryLimit }
            || archived.Entry.Size != file.Member.Content?.Length || !archived.Tree.RunPathFiles.Contains(archived.Entry.Path)
            || !RealPath.IsWithin(file.Path, observed.Environment.Prefix))
        {
            return false;
        }

        lock (_lock)
        {
            if (!_doubtful.TryGetValue(archived.Package.Bundle, out var files))
            {
                _doubtful.Add(archived.Package.Bundle, files = []);
            }

            files.Add((file, archived));
        }

        return true;
    }

    /// <summary>Relocates what was archived of the kept files, each bundle read once, and names those that are something else.</summary>
    public List<(ObservedMember File, ArchivedMember Archived, Sha256Digest? Digest)> Prove()
    {
        var others = new List<(ObservedMember File, ArchivedMember Archived, Sha256Digest? Digest)>();
        using var digests = new MemberDigests();
        foreach (var (bundle, files) in _doubtful)
        {
            var relocated = Relocated(bundle, files);
            foreach (var (file, archived) in files)
            {
                var digest = digests.DigestOf(file.Member.Content!);
                if (digest is null || relocated.GetValueOrDefault(file.Path) != digest)
                {
                    others.Add((file, archived, digest));
                }
            }
        }

        return others;
    }

    /// <summary>Whether the script is the archived one, with two lines in place of a first one that no kernel takes.</summary>
    public static bool IsMended(ObservedMember file, ArchivedMember archived)
    {
        if (archived.Entry.PrefixOffsets.IsEmpty)
        {
            return false;
        }

        var content = BoundedFile.Read(file.Path, ScriptLimit);
        foreach (var command in content.IsComplete ? ShebangWriter.MendedCommands : [])
        {
            if (ShebangWriter.PlainForm(content.Bytes, command) is { } plain)
            {
                // Of a script with an archive behind it the first line is the text.
                var end = archived.Entry.PrefixOffsets.Length > 1 ? plain.Length : Array.IndexOf(plain, (byte)'\n');
                var text = PrefixText.Replace(plain.AsSpan(0, end), file.Tree.PrefixTokens)?.Content ?? plain.AsSpan(0, end).ToArray();
                if (Sha256Digest.Of([.. text, .. plain.AsSpan(end)]) == archived.Entry.Digest)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>The digests that the files have once a restore has relocated them; empty where the bundle is damaged.</summary>
    private Dictionary<string, Sha256Digest> Relocated(
        Sha256Digest bundle, List<(ObservedMember File, ArchivedMember Archived)> files)
    {
        var relocated = new Dictionary<string, Sha256Digest>(StringComparer.Ordinal);
        try
        {
            using var reader = bundles.Open(bundle);
            while (reader.MoveNext())
            {
                foreach (var (file, archived) in files)
                {
                    if (reader.Current.Path == archived.Entry.Path && reader.Current.Size == archived.Entry.Size)
                    {
                        var content = new byte[(int)reader.Current.Size];
                        for (var length = 0; length < content.Length;)
                        {
                            length += reader.Read(content.AsSpan(length));
                        }

                        Relocate(content, file.Path[(observed.Environment.Prefix.Length + 1)..]);
                        relocated[file.Path] = Sha256Digest.Of(content);
                        break;
                    }
                }
            }

            return relocated;
        }
        catch (FirnException)
        {
            return [];
        }
    }

    private void Relocate(byte[] content, string path)
    {
        using var stream = new MemoryStream(content, writable: false);
        if (new ElfRunPathEditor().Plan(stream, path, Moves()) is { Obstacle: null } edit)
        {
            edit.Apply(content);
        }
    }

    /// <summary>As a restore moves them: the environment to its prefix, the interpreter below it to a folder there.</summary>
    private List<RunPathMove> Moves()
    {
        var (prefix, below) = (observed.Environment.Prefix, observed.Environment.BasePrefix);
        var moves = new List<RunPathMove> { new(archive.Environment.Prefix, string.Empty) };
        if (archive.Base is { } tree && RealPath.IsWithin(below, prefix) && below.Length > prefix.Length)
        {
            moves.Add(new RunPathMove(tree.Prefix, below[(prefix.Length + 1)..]));
        }

        return moves;
    }
}
