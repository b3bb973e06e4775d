using Firn.Common;
using Firn.Common.Files;
using Firn.Storage.Contents;
using Firn.Storage.Layout;

namespace Firn.Storage.Checks;

/// <summary>Checks that whatever records need is there, with the size that they say.</summary>
/// <param name="store">The store's folder.</param>
/// <param name="contents">What lies in it.</param>
/// <param name="references">What is needed.</param>
/// <param name="findings">Takes what is wrong.</param>
internal sealed class ReferenceCheck(string store, StoreContents contents, References references, FindingList findings)
{
    private readonly Dictionary<string, HashSet<Sha256Digest>> _bytecode = new(StringComparer.Ordinal);

    /// <summary>Adds what archive documents need.</summary>
    /// <param name="archives">The documents' digits, with who names them.</param>
    /// <param name="cancellation">Ends the work.</param>
    public void AddArchives(IReadOnlyDictionary<string, string> archives, CancellationToken cancellation)
    {
        foreach (var (hex, neededBy) in archives)
        {
            cancellation.ThrowIfCancellationRequested();
            var digest = Sha256Digest.Parse(hex);
            var path = contents.Files.TryGetValue(hex, out var file)
                ? Path.Join(store, file.Path)
                : StoreLayout.FileOf(store, digest);
            if (StoreTree.HasFile(store, path))
            {
                AddArchive(digest, path, neededBy);
            }
        }
    }

    /// <summary>Looks for all that is needed.</summary>
    public void Check()
    {
        CheckBytecode();
        foreach (var (hex, reference) in references.Files)
        {
            if (!contents.Files.TryGetValue(hex, out var file))
            {
                CheckMissing(hex, reference);
            }
            else if (reference.Size is { } size && size != file.Stat.Size)
            {
                findings.Add(new Finding(
                    FindingKinds.ObjectDamaged, file.Place, $"it has {file.Stat.Size} bytes, {reference.NeededBy} has {size}")
                { Hex = hex });
            }
        }

        foreach (var (hex, reference) in references.Bundles)
        {
            contents.Bundles.TryGetValue(hex, out var bundle);
            if (bundle?.Archive is null)
            {
                CheckMissingBundle(hex, reference);
            }
            else if (bundle.Index is null)
            {
                findings.Add(new Finding(
                    FindingKinds.IndexMissing, bundle.Stem + ".json", $"the index of a bundle is missing that {reference.NeededBy} needs")
                { Hex = hex });
            }
        }
    }

    /// <summary>
    /// Bytecode has no digest in its name, and its index may have been replaced with it: some archive has to mean it, where
    /// any says which it means.
    /// </summary>
    private void CheckBytecode()
    {
        var files = new Firn.Storage.Bundles.BundleFiles(store);
        foreach (var (name, meant) in _bytecode)
        {
            if (!contents.Bundles.TryGetValue(name, out var bundle) || bundle is not { Archive: { } archive, Index: not null })
            {
                continue;
            }

            try
            {
                var index = files.ReadIndex(new Firn.Storage.Bundles.BundleName(Sha256Digest.Parse(bundle.Hex), bundle.Tag), withFiles: false);
                if (!meant.Contains(index.CompressedDigest))
                {
                    findings.Add(new Finding(
                        FindingKinds.BytecodeDamaged, archive.Place, "it is not the bytecode that was archived: it was replaced")
                    { Hex = bundle.Hex });
                }
            }
            catch (FirnException)
            {
                // Another check says that the index is damaged.
            }
        }
    }

    private void AddArchive(Sha256Digest digest, string file, string neededBy)
    {
        var path = $"{StoreLayout.Files}/sha256/{digest.Hex[..2]}/{digest.Hex}";
        var content = BoundedFile.Read(file, ArchiveReferences.Limit);
        if (!content.IsComplete)
        {
            findings.Add(new Finding(FindingKinds.Unreadable, path, $"the archive of {neededBy} cannot be read: {content.Reason}") { Hex = digest.Hex });
            return;
        }

        if (Sha256Digest.Of(content.Bytes) != digest)
        {
            findings.Add(new Finding(
                FindingKinds.ObjectDamaged, path, $"its bytes do not have the digest that names it; {neededBy} (archive) needs it")
            { Hex = digest.Hex });
            return;
        }

        try
        {
            var needs = ArchiveReferences.Read(content.Memory);
            foreach (var bundle in needs.Bundles)
            {
                references.AddBundle(bundle, neededBy);
            }

            foreach (var (name, meant) in needs.Bytecode)
            {
                if (!_bytecode.TryGetValue(name, out var known))
                {
                    _bytecode.Add(name, known = []);
                }

                known.Add(meant);
            }

            foreach (var needed in needs.Objects)
            {
                references.AddFile(needed, $"{neededBy} (archive)");
            }
        }
        catch (FormatException exception)
        {
            findings.Add(new Finding(
                FindingKinds.ArchiveDamaged, path, $"the archive of {neededBy} is not an archive document: {exception.Message}")
            { Hex = digest.Hex });
        }
    }

    private void CheckMissing(string hex, Reference reference)
    {
        // It may have come after the listing.
        if (StoreTree.HasFile(store, StoreLayout.FileOf(store, Sha256Digest.Parse(hex))))
        {
            return;
        }

        var path = $"{StoreLayout.Files}/sha256/{hex[..2]}/{hex}";
        var isOfArchive = reference.NeededBy.EndsWith("(archive)", StringComparison.Ordinal)
            || reference.NeededBy.EndsWith("(capture)", StringComparison.Ordinal);
        findings.Add(new Finding(FindingKinds.ObjectMissing, path, $"the file is missing that {reference.NeededBy} needs")
        {
            Hex = hex,
            Command = isOfArchive ? FindingKinds.BundleMissing.Repair : AddAgain(reference.NeededBy),
        });
    }

    /// <summary>The same bytes added again, in any run, bring the object back.</summary>
    private static string AddAgain(string neededBy)
    {
        var end = neededBy.LastIndexOf('@');
        return end < 0
            ? FindingKinds.ObjectMissing.Repair
            : $"firn results add {ShellQuoting.Quote(neededBy[..end])} FILE --store STORE";
    }

    private void CheckMissingBundle(string hex, Reference reference)
    {
        var files = new Firn.Storage.Bundles.BundleFiles(store);
        var digest = Sha256Digest.Parse(hex);
        if (files.Find(new Firn.Storage.Bundles.BundleName(digest)) is not null)
        {
            return;
        }

        findings.Add(new Finding(
            FindingKinds.BundleMissing,
            $"{StoreLayout.Bundles}/sha256/{hex[..2]}/{hex}.tar.zst",
            $"the bundle is missing that {reference.NeededBy} needs")
        {
            Hex = hex,
        });
    }
}
