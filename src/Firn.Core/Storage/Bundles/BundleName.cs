using Firn.Common;
using Firn.Common.Compression;

namespace Firn.Storage.Bundles;

/// <summary>Which bundle: its id, and for bytecode the cache tag, such as <c>cpython-311</c>.</summary>
internal sealed record BundleName
{
    public BundleName(Sha256Digest id, string? tag = null)
    {
        if (tag is not null && !IsTag(tag))
        {
            throw new ArgumentException($"no cache tag: {tag}", nameof(tag));
        }

        Id = id;
        Tag = tag;
    }

    public Sha256Digest Id { get; }

    /// <summary><see langword="null"/> where the bundle itself is meant.</summary>
    public string? Tag { get; }

    /// <summary>Whether the index has digests of the tar and of each file; of bytecode, which has no identity, only that of the archive.</summary>
    public bool HasDigests => Tag is null;

    /// <summary>Whether a text can be a cache tag: letters, digits, <c>-</c> and <c>_</c>, at most 64.</summary>
    public static bool IsTag(string text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))
            {
                return false;
            }
        }

        return text.Length is > 0 and <= 64;
    }

    /// <summary>The folder of the bundle, relative to the store.</summary>
    public string Folder => Path.Join("bundles", "sha256", Id.Hex[..2]);

    /// <summary>The name of the index in that folder.</summary>
    public string IndexFile => Stem + ".json";

    public string ArchiveFile(CompressionFormat format) => $"{Stem}.tar{format.Extension}";

    /// <summary>What messages call it.</summary>
    public override string ToString() => Tag is null ? $"bundle {Id}" : $"bytecode of {Tag} of bundle {Id}";

    private string Stem => Tag is null ? Id.Hex : $"{Id.Hex}.{Tag}";
}
