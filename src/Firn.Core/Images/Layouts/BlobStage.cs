using Firn.Common;
using Firn.Common.Native;
using Firn.Images.Documents;
using Microsoft.Win32.SafeHandles;

namespace Firn.Images.Layouts;

/// <summary>
/// A blob on its way into a file, or into its place in one: its bytes are hashed as they come, there are never more than it may have,
/// and it can go on where an earlier one was stopped.
/// </summary>
internal sealed class BlobStage : IDisposable
{
    private const int BufferLength = 64 * 1024;
    private readonly SafeFileHandle _handle;
    private readonly long _start;
    private readonly string _where;
    private readonly Sha256Hasher _hasher = new();

    /// <param name="blob">What is to come.</param>
    /// <param name="handle">The file, which stays the caller's.</param>
    /// <param name="start">Where the blob begins in it.</param>
    /// <param name="where">The file for messages.</param>
    public BlobStage(Descriptor blob, SafeFileHandle handle, long start, string where)
    {
        Blob = blob;
        _handle = handle;
        _start = start;
        _where = where;
    }

    /// <summary>What is to come.</summary>
    public Descriptor Blob { get; }

    /// <summary>How much has come.</summary>
    public long Length { get; private set; }

    /// <summary>Takes what an earlier one left in the file.</summary>
    public void Continue(CancellationToken cancellation)
    {
        var buffer = new byte[BufferLength];
        while (Length < Blob.Size && RandomAccess.Read(_handle, buffer.AsSpan(0, (int)Math.Min(buffer.Length, Blob.Size - Length)), _start + Length) is var read and > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            _hasher.Append(buffer.AsSpan(0, read));
            Length += read;
        }
    }

    /// <summary>Takes the next bytes.</summary>
    /// <exception cref="FirnException">There are more than the blob has, or the disk is full.</exception>
    public void Append(ReadOnlySpan<byte> content)
    {
        if (content.Length > Blob.Size - Length)
        {
            throw new FirnException($"{Blob.Digest} is longer than the {Blob.Size} bytes that its manifest says", "tell who runs the registry", FailureKind.Different);
        }

        try
        {
            RandomAccess.Write(_handle, content, _start + Length);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FirnException(
                $"cannot write {_where}: {(Errno.Of(exception) == Errno.NoSpace ? "no space left on the device" : exception.Message)}",
                "make room there; what has come stays, and the same command goes on", innerException: exception);
        }

        _hasher.Append(content);
        Length += content.Length;
    }

    /// <summary>Takes the rest of the blob from where it lies.</summary>
    /// <param name="open">Opens it from an offset on.</param>
    /// <param name="progress">Is told how many bytes went.</param>
    /// <param name="cancellation">Ends it; what has come stays.</param>
    /// <returns>Whether it is what it should be; else it begins anew.</returns>
    public bool TakeFrom(Func<long, Stream> open, Action<long> progress, CancellationToken cancellation)
    {
        var buffer = new byte[BufferLength];
        using (var content = open(Length))
        {
            while (Length < Blob.Size && content.Read(buffer, 0, (int)Math.Min(buffer.Length, Blob.Size - Length)) is var read and > 0)
            {
                cancellation.ThrowIfCancellationRequested();
                Append(buffer.AsSpan(0, read));
                progress(read);
            }
        }

        return IsRight();
    }

    /// <summary>Begins anew.</summary>
    public void Restart()
    {
        _hasher.Finish();
        Length = 0;
    }

    /// <summary>Whether all has come, and is what it should be; else it begins anew.</summary>
    public bool IsRight()
    {
        if (Length == Blob.Size && _hasher.Finish() is var digest && digest == Blob.Digest)
        {
            return true;
        }

        Restart();
        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => _hasher.Dispose();
}
