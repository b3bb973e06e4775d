namespace Firn.Common;

/// <summary>
/// Memory for files that are read one after the other. Fresh arrays of this size would go to the large object heap,
/// and a few of them make the collector stop everything.
/// </summary>
internal sealed class ReadBuffer
{
    private byte[] _bytes = [];

    /// <summary>An array of at least that length, which the next call may hand out again.</summary>
    public byte[] AtLeast(long length)
    {
        if (_bytes.Length < length)
        {
            _bytes = new byte[Math.Max(length, Math.Min(2L * _bytes.Length, Array.MaxLength))];
        }

        return _bytes;
    }

    /// <summary>Keeps an array that had to grow.</summary>
    public void Keep(byte[] bytes) => _bytes = bytes.Length > _bytes.Length ? bytes : _bytes;
}
