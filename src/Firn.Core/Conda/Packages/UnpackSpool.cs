using System.Buffers;
using Firn.Common;
using Firn.Common.Bundles;
using Microsoft.Win32.SafeHandles;

namespace Firn.Conda.Packages;

/// <summary>
/// The unpacked contents of one archive, one behind the other: in memory up to 8 MiB, else in a file that has no name
/// any more, so that it is gone however the process ends.
/// </summary>
/// <param name="temporaryFolder">Where the file is made; it is made itself where it is missing.</param>
internal sealed class UnpackSpool(string temporaryFolder) : IDisposable
{
    private const int MaxInMemory = 8 << 20;

    /// <summary>Below the length from which arrays are collected with the oldest objects only, and one that is pooled.</summary>
    private const int PieceLength = 64 * 1024;
    private readonly List<byte[]> _pieces = [];
    private SafeFileHandle? _file;
    private string? _name;

    /// <summary>How many bytes there are.</summary>
    public long Length { get; private set; }

    /// <summary>Takes the next bytes, while no other thread reads.</summary>
    /// <exception cref="FirnException">The temporary file cannot be written.</exception>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_file is null && Length + bytes.Length > MaxInMemory)
        {
            MoveToFile();
        }

        if (_file is not null)
        {
            WriteToFile(bytes);
            Length += bytes.Length;
            return;
        }

        while (bytes.Length > 0)
        {
            var at = (int)(Length % PieceLength);
            if (at == 0)
            {
                // Used again for the next package: as garbage they would outlive many collections.
                _pieces.Add(ArrayPool<byte>.Shared.Rent(PieceLength));
            }

            var count = Math.Min(PieceLength - at, bytes.Length);
            bytes[..count].CopyTo(_pieces[^1].AsSpan(at));
            bytes = bytes[count..];
            Length += count;
        }
    }

    /// <summary>Reads bytes that were taken; at least one. Several threads may read at once.</summary>
    /// <exception cref="FirnException">The temporary file cannot be read.</exception>
    public int Read(long offset, Span<byte> buffer)
    {
        if (_file is null)
        {
            var at = (int)(offset % PieceLength);
            var piece = _pieces[(int)(offset / PieceLength)].AsSpan(at, PieceLength - at);
            var count = Math.Min(piece.Length, buffer.Length);
            piece[..count].CopyTo(buffer);
            return count;
        }

        try
        {
            return RandomAccess.Read(_file, buffer, offset) is > 0 and var read ? read : throw new EndOfStreamException("it is shorter than was written");
        }
        catch (IOException exception)
        {
            throw new FirnException(
                $"cannot read a temporary file in {temporaryFolder}: {exception.Message}", "check the disk", innerException: exception);
        }
    }

    /// <summary>Fills the buffer.</summary>
    public void ReadExactly(long offset, Span<byte> buffer)
    {
        var taken = 0;
        while (taken < buffer.Length)
        {
            taken += Read(offset + taken, buffer[taken..]);
        }
    }

    public void Dispose()
    {
        _file?.Dispose();
        GiveBack();
        if (_name is not null)
        {
            // Windows alone could not remove it while it was open.
            TryDelete(_name);
            _name = null;
        }
    }

    private void MoveToFile()
    {
        var name = Path.Join(temporaryFolder, $"package-{Guid.NewGuid():N}.tmp");
        try
        {
            Directory.CreateDirectory(temporaryFolder);
            _file = File.OpenHandle(name, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Failure(exception);
        }

        _name = TryDelete(name) ? null : name;
        long at = 0;
        foreach (var piece in _pieces)
        {
            var count = (int)Math.Min(PieceLength, Length - at);
            WriteToFile(piece.AsSpan(0, count), at);
            at += count;
        }

        GiveBack();
    }

    private void GiveBack()
    {
        foreach (var piece in _pieces)
        {
            ArrayPool<byte>.Shared.Return(piece);
        }

        _pieces.Clear();
    }

    private void WriteToFile(ReadOnlySpan<byte> bytes) => WriteToFile(bytes, Length);

    private void WriteToFile(ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            RandomAccess.Write(_file!, bytes, offset);
        }
        catch (IOException exception)
        {
            throw Failure(exception);
        }
    }

    private FirnException Failure(Exception exception) => new(
        $"cannot write a temporary file in {temporaryFolder}: {exception.Message}",
        "make room there and check its permissions",
        innerException: exception);

    private static bool TryDelete(string name)
    {
        try
        {
            File.Delete(name);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}

/// <summary>A file of a package on its way into a bundle, held against what the package says of it.</summary>
/// <param name="spool">Has its bytes, and has to be there until the bundle is written.</param>
/// <param name="file">Where they are.</param>
/// <param name="path">The file in the package.</param>
/// <param name="published">The digest from <c>paths.json</c>, where there is one.</param>
/// <param name="failure">The package's failures.</param>
internal sealed class SpooledContent(
    UnpackSpool spool, PackageFile file, string path, Sha256Digest? published, PackageFailure failure) : BundleContent
{
    public override long Length => file.Length;

    public override void WriteTo(BundleSink sink)
    {
        var offset = file.Offset;
        var end = file.Offset + file.Length;
        while (offset < end)
        {
            var space = sink.Space(end - offset);
            var count = spool.Read(offset, space.Length > end - offset ? space[..(int)(end - offset)] : space);
            sink.Advance(count);
            offset += count;
        }
    }

    public override void Check(Sha256Digest written)
    {
        if (published is not null && written != published)
        {
            throw failure.Damaged($"{path} has {written}, and paths.json says {published}");
        }
    }
}
