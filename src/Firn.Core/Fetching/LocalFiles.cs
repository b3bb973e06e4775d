using Firn.Common;
using Firn.Common.Files;
using Microsoft.Win32.SafeHandles;

namespace Firn.Fetching;

/// <summary>Reads files of this machine where they lie.</summary>
internal static class LocalFiles
{
    private const int BufferLength = 64 * 1024;

    /// <summary>Checks a file in one pass; what it gives is the file itself.</summary>
    /// <exception cref="FirnException">It is missing, another file than expected, or changes while it is read.</exception>
    public static DownloadedFile Check(
        string path, FileExpectation expected, FetchProgress progress, CancellationToken cancellationToken)
    {
        using var handle = BoundedFile.Open(path, out var status)
            ?? throw Failure(path, expected.Name, new FileContent(status, [], 0).Reason);
        try
        {
            var before = FileVersion.Of(handle);
            expected.CheckAnnounced(before.Length);
            var digests = Read(handle, before.Length, expected, cancellationToken);

            // The last question is asked of the path: that is what the caller opens.
            if (digests.Size != before.Length || FileVersion.Of(handle) != before || FileVersion.Of(path) != before)
            {
                throw new FirnException(
                    $"{path} changes while it is read", "run the command again when nothing writes there");
            }

            if (!expected.Matches(digests))
            {
                throw expected.Mismatch(digests);
            }

            progress.Expect(digests.Size);
            progress.Receive(digests.Size);
            progress.Finish();
            return new DownloadedFile(path, digests, isTemporary: false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException
            or NotSupportedException)
        {
            throw Failure(path, expected.Name, "not a readable file");
        }
    }

    /// <summary>Reads a small file; <see langword="null"/> where there is none.</summary>
    /// <exception cref="FirnException">It cannot be read, or is larger than the limit.</exception>
    public static FetchedDocument? TryReadDocument(string path, int limit)
    {
        var content = BoundedFile.Read(path, limit);
        return content.Status switch
        {
            FileReadStatus.Read => new FetchedDocument(
                content.Bytes.ToArray(), ContentTypeOf(path), new Uri("file://" + EscapedPath(path)).AbsoluteUri),
            FileReadStatus.Missing => null,
            FileReadStatus.TooLarge => throw new FirnException(
                $"{path} has more than {limit} bytes", "check that it is the document that it should be"),
            _ => throw Failure(path, path, content.Reason),
        };
    }

    private static ComputedDigests Read(
        SafeFileHandle handle, long length, FileExpectation expected, CancellationToken cancellationToken)
    {
        using var hasher = new FileHasher(expected);
        var buffer = new byte[(int)Math.Min(BufferLength, length + 1)];
        while (hasher.Size <= length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var read = RandomAccess.Read(handle, buffer, hasher.Size);
            if (read == 0)
            {
                break;
            }

            hasher.Append(buffer.AsSpan(0, read));
        }

        return hasher.Finish();
    }

    private static string EscapedPath(string path) =>
        string.Join('/', path.Replace('\\', '/').Split('/').Select(Uri.EscapeDataString)) is var escaped
        && escaped.StartsWith('/') ? escaped : "/" + escaped;

    private static string ContentTypeOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".html" or ".htm" => "text/html",
        ".json" => "application/json",
        _ => string.Empty,
    };

    private static FirnException Failure(string path, string name, string reason) => new(
        name == path ? $"cannot read {path}: {reason}" : $"cannot read {name} at {path}: {reason}",
        "check the path and its permissions");

    /// <summary>What changes with a file's bytes.</summary>
    private readonly record struct FileVersion(long Length, DateTime Modified)
    {
        public static FileVersion Of(SafeFileHandle handle) =>
            new(RandomAccess.GetLength(handle), File.GetLastWriteTimeUtc(handle));

        public static FileVersion Of(string path)
        {
            using var handle = BoundedFile.Open(path, out _);
            return handle is null ? default : Of(handle);
        }
    }
}
