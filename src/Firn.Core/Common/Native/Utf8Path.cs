using System.Text;

namespace Firn.Common.Native;

/// <summary>Text as the system's calls take it: UTF-8 with a NUL behind it, in memory that is used again.</summary>
internal sealed class Utf8Path
{
    private byte[] _bytes = new byte[512];

    /// <summary>Holds the text until the next call.</summary>
    /// <returns>The bytes with the NUL; never empty.</returns>
    public ReadOnlySpan<byte> Set(ReadOnlySpan<char> text)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length) + 1;
        if (_bytes.Length < most)
        {
            _bytes = new byte[Math.Max(most, _bytes.Length * 2)];
        }

        var length = Encoding.UTF8.GetBytes(text, _bytes);
        _bytes[length] = 0;
        return _bytes.AsSpan(0, length + 1);
    }
}
