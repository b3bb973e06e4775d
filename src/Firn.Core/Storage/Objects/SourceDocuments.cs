using Firn.Common;
using Firn.Common.Files;
using Firn.Storage.Layout;

namespace Firn.Storage.Objects;

/// <summary>
/// What a store knows of the archives that its bundles were made from: one sealed document for a wheel or a conda package,
/// named by the digest of the file, so that no second download is needed (docs/formats/source.md). They keep nothing
/// alive: where the bundle has gone, the document means nothing, and gc removes it.
/// </summary>
/// <param name="store">The store's folder, absolute.</param>
internal sealed class SourceDocuments(string store)
{
    private const int Limit = 64 * 1024 * 1024;

    /// <summary>The document of an archive; <see langword="null"/> where there is none, or a damaged one.</summary>
    /// <param name="archive">The digest of the wheel or package as it was downloaded.</param>
    /// <param name="variant">What the bundle was made for, for example <c>python3.11</c>; empty where it fits all.</param>
    public byte[]? TryRead(Sha256Digest archive, string variant) =>
        Path.Join(store, SourceDocumentName.PathOf(archive.Hex, variant)) is var path && StoreTree.HasFile(store, path) ? ReadFile(path) : null;

    /// <summary>Keeps a document in canonical form, in place of one that was there.</summary>
    /// <exception cref="FirnException">The store cannot be written to.</exception>
    public void Write(Sha256Digest archive, string variant, byte[] document)
    {
        var path = Path.Join(store, SourceDocumentName.PathOf(archive.Hex, variant));
        try
        {
            StoreTree.MakeFolder(store, Path.GetDirectoryName(path)!);
        }
        catch (Exception exception) when (StoreFailure.IsExpected(exception))
        {
            throw StoreFailure.OfWriting(store, path, exception);
        }

        using var staged = StagedFile.Create(store, "source");
        staged.Write(RecordChecksum.Add(document));
        // Without its seal it counts as absent, and it can be made again: it need not survive a power cut.
        staged.Seal(durably: false);
        staged.MoveTo(path);
    }

    /// <summary>All documents that are whole, in no order.</summary>
    public IEnumerable<byte[]> All()
    {
        foreach (var path in SourceDocumentName.List(store))
        {
            if (ReadFile(Path.Join(store, path)) is { } document)
            {
                yield return document;
            }
        }
    }

    /// <summary>Whether a file holds a document that is whole.</summary>
    public static bool IsWhole(string file) => ReadFile(file) is not null;

    private static byte[]? ReadFile(string path)
    {
        var content = BoundedFile.Read(path, Limit);
        return content.IsComplete && RecordChecksum.IsIntact(content.Bytes) ? content.Bytes.ToArray() : null;
    }
}

/// <summary>The names of source documents: <c>sources/sha256/ab/HEX.json</c>, or <c>HEX.VARIANT.json</c>.</summary>
internal static class SourceDocumentName
{
    private const string Extension = ".json";
    private const int HexLength = 64;

    /// <summary>The path of a document, relative to the store.</summary>
    public static string PathOf(string hex, string variant) =>
        $"{StoreLayout.Sources}/sha256/{hex[..2]}/{hex}{(variant.Length == 0 ? string.Empty : "." + variant)}{Extension}";

    /// <summary>Whether a file's name in the folder of a start of digests is a document's.</summary>
    public static bool IsValid(string folder, string name)
    {
        if (name.Length < HexLength + Extension.Length || !name.EndsWith(Extension, StringComparison.Ordinal)
            || !name.StartsWith(folder, StringComparison.Ordinal))
        {
            return false;
        }

        var variant = name.AsSpan(HexLength, name.Length - HexLength - Extension.Length);
        return Hex.IsLower(name.AsSpan(0, HexLength)) && (variant.IsEmpty || (variant[0] == '.' && IsVariant(variant[1..])));
    }

    /// <summary>The paths of all documents, relative to the store.</summary>
    public static IEnumerable<string> List(string store)
    {
        var root = $"{StoreLayout.Sources}/sha256";
        foreach (var folder in StoreTree.List(store, Path.Join(store, root), out _))
        {
            foreach (var file in StoreTree.List(store, Path.Join(store, root, folder.Name), out _))
            {
                if (IsValid(folder.Name, file.Name))
                {
                    yield return $"{root}/{folder.Name}/{file.Name}";
                }
            }
        }
    }

    private static bool IsVariant(ReadOnlySpan<char> variant)
    {
        foreach (var character in variant)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('.' or '-' or '_'))
            {
                return false;
            }
        }

        return variant.Length is > 0 and <= 64;
    }
}
