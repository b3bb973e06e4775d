using Firn.Common;
using Firn.Images.Documents;
using Firn.Images.Layouts;

namespace Firn.Images.Transfers;

/// <summary>Where an image lies, or is to lie.</summary>
internal abstract record ImageLocation
{
    private ImageLocation()
    {
    }

    /// <summary>In a registry.</summary>
    /// <param name="Reference">Its name.</param>
    public sealed record InRegistry(ImageReference Reference) : ImageLocation
    {
        /// <inheritdoc/>
        public override string ToString() => Reference.ToString();
    }

    /// <summary>In a folder that is an OCI image layout.</summary>
    /// <param name="Folder">The folder, absolute.</param>
    /// <param name="Name">The image's name there; <see langword="null"/> for the only one.</param>
    public sealed record InLayout(string Folder, string? Name) : ImageLocation
    {
        /// <inheritdoc/>
        public override string ToString() => $"{ImageLayout.LayoutPrefix}{Folder}{(Name is null ? null : $":{Name}")}";
    }

    /// <summary>In a file as <c>docker save</c> writes it.</summary>
    /// <param name="File">The file, absolute.</param>
    /// <param name="Name">The image's name in it; <see langword="null"/> for the only one.</param>
    public sealed record InArchive(string File, string? Name) : ImageLocation
    {
        /// <inheritdoc/>
        public override string ToString() => $"{ImageLayout.ArchivePrefix}{File}{(Name is null ? null : $":{Name}")}";
    }

    /// <summary>In a file of Apptainer's, which can only be written.</summary>
    /// <param name="File">The file, absolute.</param>
    public sealed record InSif(string File) : ImageLocation
    {
        /// <summary>Before the file.</summary>
        public const string Prefix = "sif:";

        /// <inheritdoc/>
        public override string ToString() => Prefix + File;
    }

    /// <summary>
    /// Reads where an image lies: a name with a registry, <c>oci:DIR[:TAG]</c> or
    /// <c>docker-archive:FILE[:NAME:TAG]</c>; or where it is to lie, <c>sif:FILE</c> too.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="currentFolder">What paths are relative to.</param>
    /// <param name="mustExist">Whether it is there; else what is before the first colon is the path, unless something is there.</param>
    /// <exception cref="FirnException">It is none of these, or not there.</exception>
    public static ImageLocation Parse(string text, string currentFolder, bool mustExist)
    {
        if (text.StartsWith(InSif.Prefix, StringComparison.Ordinal) && text.Length > InSif.Prefix.Length && !text.EndsWith('/'))
        {
            return !mustExist ? new InSif(Path.GetFullPath(text[InSif.Prefix.Length..], currentFolder)) : throw new FirnException(
                $"{text} can be written, and not read", "name the image that it was made of", FailureKind.InvalidRequest);
        }

        var prefix = text.StartsWith(ImageLayout.LayoutPrefix, StringComparison.Ordinal) ? ImageLayout.LayoutPrefix
            : text.StartsWith(ImageLayout.ArchivePrefix, StringComparison.Ordinal) ? ImageLayout.ArchivePrefix
            : null;
        if (prefix is null)
        {
            var name = ImageReference.Parse(text);
            return new InRegistry(name.Tag is null && name.Digest is null ? name.WithTag("latest") : name);
        }

        var rest = text[prefix.Length..];
        var (path, tag) = mustExist ? ImageLayout.Split(rest, currentFolder) : ImageLayout.TrySplit(rest, currentFolder) ?? SplitNew(rest, currentFolder);
        if (path == "/" || path.Length == 0 || tag is { Length: 0 })
        {
            throw new FirnException($"'{text}' names no image", "write oci:DIR:TAG or docker-archive:FILE:NAME:TAG", FailureKind.InvalidRequest);
        }

        return prefix == ImageLayout.LayoutPrefix ? new InLayout(path, tag) : new InArchive(path, tag is null || mustExist ? tag : ImageReference.Parse(tag).ToString());
    }

    private static (string Path, string? Name) SplitNew(string text, string currentFolder) =>
        text.IndexOf(':') is >= 0 and var colon
            ? (colon == 0 ? string.Empty : Path.GetFullPath(text[..colon], currentFolder), text[(colon + 1)..])
            : (text.Length == 0 ? string.Empty : Path.GetFullPath(text, currentFolder), null);
}

/// <summary>Which of an index's images is meant.</summary>
internal static class ImagePlatforms
{
    /// <summary>Reads <c>linux/arm64</c>, <c>linux/arm/v7</c> or <c>arm64</c>.</summary>
    /// <exception cref="FirnException">It is no platform.</exception>
    public static ImagePlatform Parse(string text) => text.Split('/') switch
    {
        [{ Length: > 0 } architecture] => new ImagePlatform("linux", architecture),
        [{ Length: > 0 } os, { Length: > 0 } architecture] => new ImagePlatform(os, architecture),
        [{ Length: > 0 } os, { Length: > 0 } architecture, { Length: > 0 } variant] => new ImagePlatform(os, architecture, variant),
        _ => throw new FirnException($"'{text}' is no platform", "write it as linux/amd64 or linux/arm64", FailureKind.InvalidRequest),
    };

    /// <summary>Whether an image is for a platform; without a variant any will do, and arm64 has one only.</summary>
    public static bool Fits(ImagePlatform image, ImagePlatform wanted) =>
        image.Os == wanted.Os && image.Architecture == wanted.Architecture
        && (wanted.Variant is null || image.Variant == wanted.Variant || (wanted is { Architecture: "arm64", Variant: "v8" } && image.Variant is null));
}
