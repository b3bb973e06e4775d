using Firn.Common;
using ICSharpCode.SharpZipLib.Checksum;

namespace Firn.Conda.Archives;

/// <summary>
/// A member of a zip archive that is held against its CRC-32, which the runtime's reader does not look at. Packages whose
/// digest nobody told have no other protection for what is in <c>info</c>.
/// </summary>
/// <param name="source">The member's bytes.</param>
/// <param name="expected">Its checksum in the zip's directory.</param>
internal sealed class ChecksummedStream(Stream source, uint expected) : ForwardReadStream
{
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(80 * 1024);
    private readonly Crc32 _checksum = new();

    /// <exception cref="InvalidDataException">At the end: these are other bytes.</exception>
    public override int Read(Span<byte> buffer)
    {
        var count = source.Read(_buffer, 0, Math.Min(_buffer.Length, buffer.Length));
        if (count == 0 && buffer.Length > 0 && _checksum.Value != expected)
        {
            throw new InvalidDataException("the checksum of a member of the zip is wrong");
        }

        _checksum.Update(new ArraySegment<byte>(_buffer, 0, count));
        _buffer.AsSpan(0, count).CopyTo(buffer);
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    protected override void Dispose(bool disposing)
    {
        source.Dispose();
        base.Dispose(disposing);
    }
}
