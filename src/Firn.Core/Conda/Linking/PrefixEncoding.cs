using System.Text;

namespace Firn.Conda.Linking;

/// <summary>The encodings in which a file may hold a prefix (conda core/portability.py <c>POPULAR_ENCODINGS</c>).</summary>
internal sealed class PrefixEncoding
{
    private readonly Encoding _encoding;

    private PrefixEncoding(Encoding encoding, int width) => (_encoding, Width) = (encoding, width);

    /// <summary>All, in the order in which conda tries them.</summary>
    public static IReadOnlyList<PrefixEncoding> All { get; } =
    [
        new(new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1),
        new(new UnicodeEncoding(bigEndian: false, byteOrderMark: false), 2),
        new(new UnicodeEncoding(bigEndian: true, byteOrderMark: false), 2),
        new(new UTF32Encoding(bigEndian: false, byteOrderMark: false), 4),
        new(new UTF32Encoding(bigEndian: true, byteOrderMark: false), 4),
    ];

    /// <summary>The bytes of a code unit, and so of the NUL that ends a string.</summary>
    public int Width { get; }

    public byte[] Encode(string text) => _encoding.GetBytes(text);
}
