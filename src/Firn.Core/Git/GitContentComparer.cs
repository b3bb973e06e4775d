using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Firn.Common;
using Microsoft.Win32.SafeHandles;

namespace Firn.Git;

/// <summary>Compares what is in a file with the blob that the index names.</summary>
internal sealed class GitContentComparer(
    GitHasher hasher, GitAttributes attributes, GitConfig config, CancellationToken cancellationToken)
{
    /// <summary>Reading more than this is no longer a quick look.</summary>
    private const long MostBytes = 4L * 1024 * 1024 * 1024;
    private const int MostTextBytes = 64 * 1024 * 1024;

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
        if (_bytes > MostBytes)
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
        var content = BoundedFile.Read(absolute, MostTextBytes);
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
