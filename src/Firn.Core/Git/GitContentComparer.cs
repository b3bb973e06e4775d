using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Firn.Common;
using Firn.Common.Files;
using Firn.Git.Configuration;
using Firn.Git.Objects;
using Microsoft.Win32.SafeHandles;

namespace Firn.Git;

/// <summary>Compares what is in a file with the blob that the index names.</summary>
internal sealed class GitContentComparer(
    GitHasher hasher, GitAttributes attributes, GitConfig config, CancellationToken cancellationToken)
{
    /// <summary>Reading more than this is no longer a quick look.</summary>
    private const long MaxBytes = 4L * 1024 * 1024 * 1024;
    private const int MaxTextBytes = 64 * 1024 * 1024;

    private long _bytes;

    /// <summary>Compares a regular file.</summary>
    /// <param name="id">The id of the blob.</param>
    /// <param name="path">The path relative to the work tree.</param>
    /// <param name="absolute">The same, absolute.</param>
    /// <param name="hasOtherSize">Whether the size is certainly not the one that the file was checked out with.</param>
    public GitFileState CompareFile(ReadOnlySpan<byte> id, string path, string absolute, bool hasOtherSize)
    {
        var conversion = GitConversion.Of(attributes.Of(path), config);
        if (hasOtherSize && conversion.IsNone)
        {
            return GitFileState.Modified;
        }

        using var file = BoundedFile.Open(absolute, out var status);
        if (file is null)
        {
            return status == FileReadStatus.Missing ? GitFileState.Modified : GitFileState.Unknown;
        }

        try
        {
            return CompareContent(id, file, absolute, conversion);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return GitFileState.Unknown;
        }
    }

    /// <summary>Compares a symbolic link, whose blob is its target.</summary>
    public GitFileState CompareLink(ReadOnlySpan<byte> id, string absolute)
    {
        var target = RealPath.LinkTarget(absolute);
        if (target is null || target.Contains('\uFFFD', StringComparison.Ordinal))
        {
            return GitFileState.Unknown;
        }

        return Is(id, Encoding.UTF8.GetBytes(target)) ? GitFileState.Same : GitFileState.Modified;
    }

    private GitFileState CompareContent(
        ReadOnlySpan<byte> id, SafeFileHandle file, string absolute, GitConversion conversion)
    {
        var length = RandomAccess.GetLength(file);
        _bytes += length;
        if (_bytes > MaxBytes)
        {
            return GitFileState.Unknown;
        }

        Span<byte> found = stackalloc byte[hasher.HashLength];
        if (hasher.ComputeBlob(file, length, found, cancellationToken) && found.SequenceEqual(id))
        {
            return GitFileState.Same;
        }

        if (conversion.IsForeign)
        {
            return GitFileState.Unknown;
        }

        if (conversion.IsLargeFile)
        {
            return Is(id, Pointer(file, length)) ? GitFileState.Same : GitFileState.Modified;
        }

        return conversion.MayNormalize ? CompareText(id, absolute) : GitFileState.Modified;
    }

    private GitFileState CompareText(ReadOnlySpan<byte> id, string absolute)
    {
        var content = BoundedFile.Read(absolute, MaxTextBytes);
        if (!content.IsComplete)
        {
            return GitFileState.Unknown;
        }

        var bytes = content.Bytes;
        var text = new byte[bytes.Length];
        var length = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != '\r' || i + 1 == bytes.Length || bytes[i + 1] != '\n')
            {
                text[length++] = bytes[i];
            }
        }

        return Is(id, text.AsSpan(0, length)) ? GitFileState.Same : GitFileState.Modified;
    }

    /// <summary>What Git LFS keeps in place of the file (git-lfs: docs/spec.md, "The Pointer").</summary>
    private byte[] Pointer(SafeFileHandle file, long length)
    {
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hasher.Append(sha256, file, length, cancellationToken);
        var digest = Hex.Of(sha256.GetHashAndReset());
        var size = length.ToString(CultureInfo.InvariantCulture);
        return Encoding.ASCII.GetBytes(
            $"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {size}\n");
    }

    private bool Is(ReadOnlySpan<byte> id, ReadOnlySpan<byte> content)
    {
        Span<byte> found = stackalloc byte[hasher.HashLength];
        hasher.Compute("blob", content, found);
        return found.SequenceEqual(id);
    }
}

/// <summary>What git does to a file before it becomes a blob (git: convert.c, <c>convert_attrs</c>).</summary>
/// <param name="MayNormalize">Whether CRLF may become LF.</param>
/// <param name="IsLargeFile">Whether Git LFS puts a pointer in its place.</param>
/// <param name="IsForeign">Whether something happens that only git or another program can do.</param>
internal readonly record struct GitConversion(bool MayNormalize, bool IsLargeFile, bool IsForeign)
{
    /// <summary>Whether the blob is the file as it is.</summary>
    public bool IsNone => !MayNormalize && !IsLargeFile && !IsForeign;

    /// <summary>What the attributes and the configuration ask for.</summary>
    public static GitConversion Of(Dictionary<string, string?> attributes, GitConfig config)
    {
        var text = attributes.GetValueOrDefault("text") ?? attributes.GetValueOrDefault("crlf");
        var normalizes = text is null
            ? attributes.GetValueOrDefault("eol") is not null || IsAutomatic(config.Get("core.autocrlf"))
            : text != GitAttributeFile.Unset;
        var filter = attributes.GetValueOrDefault("filter");
        var isLargeFile = filter == "lfs";
        var hasProgram = filter is not null && !isLargeFile
            && (config.Get($"filter.{filter}.clean") is { Length: > 0 }
                || config.Get($"filter.{filter}.process") is { Length: > 0 });
        var isForeign = hasProgram
            || attributes.GetValueOrDefault("ident") == GitAttributeFile.Set
            || attributes.GetValueOrDefault("working-tree-encoding") is not (null or GitAttributeFile.Unset);
        return new GitConversion(normalizes, isLargeFile, isForeign);
    }

    private static bool IsAutomatic(string? value) =>
        value is not null
        && (string.Equals(value, "input", StringComparison.OrdinalIgnoreCase) || GitConfig.Boolean(value) == true);
}
