namespace Firn.Common.Zip;

/// <summary>The checksum of zip files (APPNOTE 4.4.7), eight bytes at a time.</summary>
internal struct Crc32
{
    private const uint Polynomial = 0xedb88320;
    private static readonly uint[] Table = Compose();

    private uint _state;

    /// <summary>Of all bytes so far.</summary>
    public readonly uint Value => _state;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        var table = Table;
        var crc = ~_state;
        while (bytes.Length >= 8)
        {
            var low = crc ^ (uint)(bytes[0] | (bytes[1] << 8) | (bytes[2] << 16) | (bytes[3] << 24));
            crc = table[(7 * 256) + (int)(low & 255)]
                ^ table[(6 * 256) + (int)((low >> 8) & 255)]
                ^ table[(5 * 256) + (int)((low >> 16) & 255)]
                ^ table[(4 * 256) + (int)(low >> 24)]
                ^ table[(3 * 256) + bytes[4]]
                ^ table[(2 * 256) + bytes[5]]
                ^ table[256 + bytes[6]]
                ^ table[bytes[7]];
            bytes = bytes[8..];
        }

        foreach (var b in bytes)
        {
            crc = table[(int)((crc ^ b) & 255)] ^ (crc >> 8);
        }

        _state = ~crc;
    }

    private static uint[] Compose()
    {
        var table = new uint[8 * 256];
        for (var i = 0; i < 256; i++)
        {
            var crc = (uint)i;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ Polynomial : crc >> 1;
            }

            table[i] = crc;
        }

        for (var i = 256; i < table.Length; i++)
        {
            table[i] = table[(int)(table[i - 256] & 255)] ^ (table[i - 256] >> 8);
        }

        return table;
    }
}
