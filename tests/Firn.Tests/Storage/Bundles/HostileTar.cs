using System.Text;
using Firn.Common.Tar;

namespace Firn.Tests.Storage.Bundles;

/// <summary>Tars put together block by block, right or wrong as the test wants.</summary>
internal static class HostileTar
{
    public static byte[] End { get; } = new byte[TarWriter.EndLength];

    /// <summary>A member as Firn writes it, its header changed before the checksum is set.</summary>
    public static byte[] Member(TarEntry entry, string content = "", Action<byte[]>? change = null)
    {
        var header = new byte[TarHeader.BlockSize];
        TarHeader.Write(header, entry with { Size = content.Length });
        if (change is not null)
        {
            change(header);
            SetSum(header);
        }

        var body = new byte[TarHeader.Padded(content.Length)];
        Encoding.ASCII.GetBytes(content, body);
        return [.. Pax(TarHeader.ComposePax(entry with { Size = content.Length })), .. header, .. body];
    }

    public static byte[] File(string path, string content = "", Action<byte[]>? change = null) =>
        Member(new TarEntry { Path = path }, content, change);

    public static byte[] Link(string path, string target) =>
        Member(new TarEntry { Path = path, Kind = TarEntryKind.Link, LinkTarget = target });

    /// <summary>A pax header with these records; nothing for none.</summary>
    public static byte[] Pax(byte[] records)
    {
        if (records.Length == 0)
        {
            return [];
        }

        var header = new byte[TarHeader.BlockSize];
        TarHeader.WritePax(header, records.Length);
        var body = new byte[TarHeader.Padded(records.Length)];
        records.CopyTo(body, 0);
        return [.. header, .. body];
    }

    public static void SetSum(byte[] header) =>
        Encoding.ASCII.GetBytes(Convert.ToString(TarHeader.Sum(header), 8).PadLeft(6, '0')).CopyTo(header, TarHeader.ChecksumOffset);
}
