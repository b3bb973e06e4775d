using System.Buffers.Binary;
using System.Text;

namespace Firn.Tests.Host.Binaries;

/// <summary>Makes small shared objects of any class and byte order: one PT_LOAD over the whole file, PT_DYNAMIC, PT_NOTE.</summary>
internal sealed class ElfBuilder
{
    private const int StringsAt = 0x400;
    private const int DynamicAt = 0x2000;
    private const int SymbolsAt = 0x2800;
    private const int HashAt = 0x2c00;
    /// <summary>Where a file of 64 bits says how many symbols it has.</summary>
    public const int SymbolCountAt = HashAt + 4;

    private const int NoteAt = 0x3000;
    private const int Length = 0x3100;

    // Addresses differ from offsets, as in real files.
    private const ulong Base = 0x10000;

    public bool Is64Bit { get; init; } = true;

    public bool IsLittleEndian { get; init; } = true;

    public ushort Machine { get; init; } = 62;

    public string? Soname { get; init; }

    public string[] Needed { get; init; } = [];

    public string? RPath { get; init; }

    public string? RunPath { get; init; }

    public string? Interpreter { get; init; }

    public byte[] BuildId { get; init; } = [];

    /// <summary>Names of dynamic symbols, each laid into the end of an earlier string where one has it, as linkers do.</summary>
    public string[] Symbols { get; init; } = [];

    /// <summary>Whether the symbols are its own, or another library's.</summary>
    public bool AreSymbolsDefined { get; init; } = true;

    public byte[] Build()
    {
        var file = new byte[Length];
        "\u007fELF"u8.CopyTo(file);
        file[4] = (byte)(Is64Bit ? 2 : 1);
        file[5] = (byte)(IsLittleEndian ? 1 : 2);
        file[6] = 1;
        Half(file, 16, 3);
        Half(file, 18, Machine);
        var headers = Is64Bit ? 64 : 52;
        Native(file, Is64Bit ? 32 : 28, (ulong)headers);
        Half(file, Is64Bit ? 54 : 42, (ushort)(Is64Bit ? 56 : 32));
        Half(file, Is64Bit ? 56 : 44, 4);
        var strings = new MemoryStream();
        strings.WriteByte(0);
        var at = DynamicAt;
        foreach (var needed in Needed)
        {
            Entry(file, ref at, 1, Text(strings, needed));
        }

        Optional(file, ref at, 14, strings, Soname);
        Optional(file, ref at, 15, strings, RPath);
        Optional(file, ref at, 29, strings, RunPath);
        var interpreterAt = StringsAt + (Interpreter is null ? 0 : (int)Text(strings, Interpreter));
        WriteSymbols(file, ref at, strings);
        Entry(file, ref at, 5, Base + StringsAt);
        Entry(file, ref at, 10, (ulong)strings.Length);
        Entry(file, ref at, 0, 0);
        strings.ToArray().CopyTo(file, StringsAt);
        Header(file, headers, 0, 1, 0, Length);
        Header(file, headers, 1, 2, DynamicAt, at - DynamicAt);
        Header(file, headers, 2, BuildId.Length == 0 ? 0u : 4u, NoteAt, 16 + BuildId.Length);
        Header(file, headers, 3, Interpreter is null ? 0u : 3u, interpreterAt, 1);
        Word(file, NoteAt, 4);
        Word(file, NoteAt + 4, (uint)BuildId.Length);
        Word(file, NoteAt + 8, 3);
        "GNU\0"u8.CopyTo(file.AsSpan(NoteAt + 12));
        BuildId.CopyTo(file, NoteAt + 16);
        return file;
    }

    public void Write(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, Build());
    }

    private void WriteSymbols(byte[] file, ref int at, MemoryStream strings)
    {
        if (Symbols.Length == 0)
        {
            return;
        }

        for (var i = 0; i < Symbols.Length; i++)
        {
            var shared = strings.ToArray().AsSpan().IndexOf(Encoding.UTF8.GetBytes(Symbols[i] + "\0"));
            var name = shared >= 0 ? (ulong)shared : Text(strings, Symbols[i]);
            var symbol = SymbolsAt + ((i + 1) * (Is64Bit ? 24 : 16));
            Word(file, symbol, (uint)name);
            Half(file, symbol + (Is64Bit ? 6 : 14), (ushort)(AreSymbolsDefined ? 1 : 0));
        }

        var isWide = Is64Bit && Machine == 22;
        Native(file, HashAt + (isWide ? 8 : 4), (ulong)Symbols.Length + 1, isWide);
        Entry(file, ref at, 6, Base + SymbolsAt);
        Entry(file, ref at, 4, Base + HashAt);
    }

    private static ulong Text(MemoryStream strings, string text)
    {
        var at = (ulong)strings.Length;
        strings.Write(Encoding.UTF8.GetBytes(text + "\0"));
        return at;
    }

    private void Optional(byte[] file, ref int at, ulong tag, MemoryStream strings, string? text)
    {
        if (text is not null)
        {
            Entry(file, ref at, tag, Text(strings, text));
        }
    }

    private void Entry(byte[] file, ref int at, ulong tag, ulong value)
    {
        var size = Is64Bit ? 8 : 4;
        Native(file, at, tag);
        Native(file, at + size, value);
        at += 2 * size;
    }

    private void Header(byte[] file, int headers, int index, uint type, int offset, int size)
    {
        var at = headers + (index * (Is64Bit ? 56 : 32));
        Word(file, at, type);
        Native(file, at + (Is64Bit ? 8 : 4), (ulong)offset);
        Native(file, at + (Is64Bit ? 16 : 8), Base + (ulong)offset);
        Native(file, at + (Is64Bit ? 32 : 16), (ulong)size);
    }

    private void Half(byte[] file, int at, ushort value)
    {
        var span = file.AsSpan(at);
        if (IsLittleEndian)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(span, value);
        }
        else
        {
            BinaryPrimitives.WriteUInt16BigEndian(span, value);
        }
    }

    private void Word(byte[] file, int at, uint value)
    {
        var span = file.AsSpan(at);
        if (IsLittleEndian)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(span, value);
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(span, value);
        }
    }

    private void Native(byte[] file, int at, ulong value) => Native(file, at, value, Is64Bit);

    private void Native(byte[] file, int at, ulong value, bool is8)
    {
        if (!is8)
        {
            Word(file, at, (uint)value);
            return;
        }

        Word(file, at + (IsLittleEndian ? 0 : 4), (uint)value);
        Word(file, at + (IsLittleEndian ? 4 : 0), (uint)(value >> 32));
    }
}
