using System.Text;

namespace Firn.Tests.Conda.Packages;

/// <summary>Tars written header by header, so that they can be wrong.</summary>
internal sealed class TarBytes
{
    private readonly List<byte> _bytes = [];

    public TarBytes File(string path, string content, int mode = 0b110_100_100) =>
        File(path, Encoding.UTF8.GetBytes(content), mode);

    public TarBytes File(string path, byte[] content, int mode = 0b110_100_100) =>
        Add(path, '0', string.Empty, content, mode);

    public TarBytes Link(string path, string target) => Add(path, '2', target, [], 0b111_111_111);

    public TarBytes HardLink(string path, string target, int mode = 0b110_100_100) => Add(path, '1', target, [], mode);

    public TarBytes Folder(string path) => Add(path + "/", '5', string.Empty, [], 0b111_101_101);

    public TarBytes Add(string path, char type, string link, byte[] content, int mode = 0b110_100_100, string? size = null)
    {
        Header(Encoding.UTF8.GetBytes(path), type, Encoding.UTF8.GetBytes(link), size ?? Octal(content.Length, 11), mode);
        _bytes.AddRange(content);
        _bytes.AddRange(new byte[(512 - (content.Length % 512)) % 512]);
        return this;
    }

    public TarBytes Header(byte[] path, char type, byte[] link, string size, int mode = 0b110_100_100)
    {
        var block = new byte[512];
        path.AsSpan(0, Math.Min(path.Length, 100)).CopyTo(block);
        Put(block, 100, Octal(mode, 7));
        Put(block, 108, Octal(0, 7));
        Put(block, 116, Octal(0, 7));
        Put(block, 124, size);
        Put(block, 136, Octal(0, 11));
        block[156] = (byte)type;
        link.AsSpan(0, Math.Min(link.Length, 100)).CopyTo(block.AsSpan(157));
        Put(block, 257, "ustar\000");
        Put(block, 148, "        ");
        Put(block, 148, Octal(block.Sum(b => b), 6) + "\0");
        _bytes.AddRange(block);
        return this;
    }

    public TarBytes Raw(byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    /// <summary>A pax header for the next member.</summary>
    public TarBytes Pax(params string[] records) => PaxOf('x', records);

    public TarBytes PaxOf(char type, params string[] records)
    {
        var text = new StringBuilder();
        foreach (var record in records)
        {
            var rest = Encoding.UTF8.GetByteCount(record) + 2;
            var length = rest + 1;
            while (length != rest + length.ToString().Length)
            {
                length++;
            }

            text.Append($"{length} {record}\n");
        }

        return Add("pax", type, string.Empty, Encoding.UTF8.GetBytes(text.ToString()));
    }

    public byte[] ToArray(bool isEnded = true) => isEnded ? [.. _bytes.ToArray(), .. new byte[1024]] : _bytes.ToArray();

    private static string Octal(long value, int digits) => Convert.ToString(value, 8).PadLeft(digits, '0');

    private static void Put(byte[] block, int offset, string text) => Encoding.Latin1.GetBytes(text).CopyTo(block, offset);
}
