using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Firn.Git.Objects;

/// <summary>Computes the ids of git's objects: the digest of kind, length, NUL and content.</summary>
internal sealed class GitHasher(int hashLength) : IDisposable
{
    private const int ChunkLength = 64 * 1024;

    // Made when it is first needed: loading OpenSSL takes milliseconds, and a clean work tree needs no digest.
    private IncrementalHash? _made;
    private byte[]? _chunk;

    private IncrementalHash Hash =>
        _made ??= IncrementalHash.CreateHash(hashLength == 32 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1);

    /// <summary>Bytes in an id.</summary>
    public int HashLength => hashLength;

    /// <summary>The id of an object with this content.</summary>
    /// <param name="kind">For example <c>blob</c>.</param>
    /// <param name="content">The content.</param>
    /// <param name="id">Takes <see cref="HashLength"/> bytes.</param>
    public void Compute(string kind, ReadOnlySpan<byte> content, Span<byte> id)
    {
        Start(kind, content.Length);
        Hash.AppendData(content);
        Hash.GetHashAndReset(id);
    }

    /// <summary>The id of a blob with the content of an open file.</summary>
    /// <returns>Whether the file had the length all along.</returns>
    public bool ComputeBlob(SafeFileHandle file, long length, Span<byte> id, CancellationToken cancellationToken)
    {
        Start("blob", length);
        var isRead = Append(Hash, file, length, cancellationToken);
        Hash.GetHashAndReset(id);
        return isRead;
    }

    /// <summary>Feeds an open file to a digest.</summary>
    /// <returns>Whether the file had exactly the length.</returns>
    public bool Append(IncrementalHash hash, SafeFileHandle file, long length, CancellationToken cancellationToken)
    {
        _chunk ??= new byte[ChunkLength];
        long at = 0;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var read = RandomAccess.Read(file, _chunk, at);
            if (read == 0)
            {
                return at == length;
            }

            at += read;
            if (at > length)
            {
                return false;
            }

            hash.AppendData(_chunk.AsSpan(0, read));
        }
    }

    public void Dispose() => _made?.Dispose();

    private void Start(string kind, long length)
    {
        Span<byte> header = stackalloc byte[32];
        var written = Encoding.ASCII.GetBytes(kind, header);
        header[written++] = (byte)' ';
        length.TryFormat(header[written..], out var digits, default, CultureInfo.InvariantCulture);
        written += digits;
        header[written++] = 0;
        Hash.AppendData(header[..written]);
    }
}
