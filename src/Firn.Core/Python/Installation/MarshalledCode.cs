using System.Buffers.Binary;
using Firn.Common;

namespace Firn.Python.Installation;

/// <summary>
/// The code of a bytecode file as one digest that depends on nothing but what runs. CPython writes the same code in several
/// ways: the path of the source stands in it (<c>co_filename</c>), which objects are written as references hangs on how often
/// they were used elsewhere in that process, and sets come in the order of random hashes (CPython: Python/marshal.c,
/// <c>w_object</c>, <c>r_object</c>; Objects/codeobject.c). Only marshal formats of CPython 3.4 to 3.14 are read.
/// </summary>
internal ref struct MarshalledCode
{
    private const int MaxDepth = 200;
    private const int MaxPlain = 64;
    private const int MaxObjects = 4_000_000;

    /// <summary>The magic numbers from which on code has another layout (CPython: Include/internal/pycore_magic_number.h).</summary>
    private const int Magic34 = 3300;
    private const int Magic38 = 3400;
    private const int Magic311 = 3450;
    private const int MagicBeyond = 3700;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _magic;
    private readonly List<byte[]?> _references = [];
    private int _position;
    private int _depth;
    private int _objects;
    private bool _isBroken;

    private MarshalledCode(ReadOnlySpan<byte> bytes, int magic, int start)
    {
        _bytes = bytes;
        _magic = magic;
        _position = start;
    }

    /// <summary>The digest of the code; <see langword="null"/> where the file is damaged, or of a format that is not known.</summary>
    /// <param name="bytecode">The whole file, header and all.</param>
    /// <param name="header">The length of the header.</param>
    public static Sha256Digest? DigestOf(ReadOnlySpan<byte> bytecode, int header)
    {
        if (bytecode.Length <= header || bytecode[2] != (byte)'\r' || bytecode[3] != (byte)'\n'
            || BinaryPrimitives.ReadUInt16LittleEndian(bytecode) is not (>= Magic34 and < MagicBeyond and var magic))
        {
            return null;
        }

        var reader = new MarshalledCode(bytecode, magic, header);
        var digest = reader.Object();
        return reader._isBroken || digest is null ? null : Sha256Digest.Of([.. bytecode[..2], .. digest]);
    }

    /// <summary>Reads one object and gives what stands for it: equal exactly where the objects are.</summary>
    private byte[]? Object()
    {
        if (_isBroken || _depth >= MaxDepth || ++_objects > MaxObjects || Byte() is not (>= 0 and var code))
        {
            return Broken();
        }

        _depth++;
        var isReferred = (code & 0x80) != 0;
        var slot = _references.Count;
        if (isReferred)
        {
            _references.Add(null);
        }

        var digest = Content((char)(code & 0x7f));
        if (isReferred)
        {
            _references[slot] = digest;
        }

        _depth--;
        return digest;
    }

    private byte[]? Content(char type)
    {
        switch (type)
        {
            case 'N' or 'T' or 'F' or '.' or 'S':
                return Digest((byte)type, []);
            case 'i':
                return Digest((byte)'i', Take(4));
            case 'l':
                return Digest((byte)'l', Counted(Math.Abs((long)Int()), 2, back: 4));
            case 'g':
                return Digest((byte)'g', Take(8));
            case 'y':
                return Digest((byte)'y', Take(16));
            case 's':
                return Digest((byte)'s', Counted(Int(), 1));
            // Interned or not, ASCII or not: the same text.
            case 'u' or 't' or 'a' or 'A':
                return Digest((byte)'u', Counted(Int(), 1));
            case 'z' or 'Z':
                return Digest((byte)'u', Counted(Byte(), 1));
            case ')':
                return Items('(', Byte(), isSorted: false);
            case '(' or '[':
                return Items(type, Int(), isSorted: false);
            case '<' or '>':
                return Items(type, Int(), isSorted: true);
            case '{':
                return Dictionary();
            case ':':
                return Items(':', 3, isSorted: false);
            case 'c':
                return Code();
            case 'r':
                var index = Int();
                return index >= 0 && index < _references.Count && _references[index] is { } known ? known : Broken();
            default:
                return Broken();
        }
    }

    private byte[]? Items(char type, long count, bool isSorted)
    {
        if (count < 0 || count > _bytes.Length - _position)
        {
            return Broken();
        }

        var items = new List<byte[]>((int)count);
        for (var i = 0; i < (int)count; i++)
        {
            if (Object() is not { } item)
            {
                return Broken();
            }

            items.Add(item);
        }

        if (isSorted)
        {
            items.Sort(static (left, right) => left.AsSpan().SequenceCompareTo(right));
        }

        return Joined((byte)type, items);
    }

    private byte[]? Dictionary()
    {
        var items = new List<byte[]>();
        while (_position < _bytes.Length && _bytes[_position] != (byte)'0')
        {
            if (Object() is not { } item)
            {
                return Broken();
            }

            items.Add(item);
        }

        return Byte() < 0 ? Broken() : Joined((byte)'{', items);
    }

    /// <summary>The fields of a code object but for <c>co_filename</c>.</summary>
    private byte[]? Code()
    {
        var numbers = _magic is >= Magic38 and < Magic311 ? 6 : 5;
        // Behind the numbers: code, consts, names, three of variables (two since 3.11), then the file's name.
        var before = _magic >= Magic311 ? 5 : 6;
        var fields = new List<byte[]> { Take(numbers * 4).ToArray() };
        for (var i = 0; i < before; i++)
        {
            fields.Add(Object() ?? []);
        }

        _ = Object();
        fields.Add(Object() ?? []);
        if (_magic >= Magic311)
        {
            fields.Add(Object() ?? []);
        }

        fields.Add(Take(4).ToArray());
        fields.Add(Object() ?? []);
        if (_magic >= Magic311)
        {
            fields.Add(Object() ?? []);
        }

        return _isBroken ? null : Joined((byte)'c', fields);
    }

    private byte[]? Joined(byte type, List<byte[]> items)
    {
        using var hash = new Sha256Hasher();
        Span<byte> start = stackalloc byte[5];
        start[0] = type;
        BinaryPrimitives.WriteInt32LittleEndian(start[1..], items.Count);
        hash.Append(start);
        foreach (var item in items)
        {
            BinaryPrimitives.WriteInt32LittleEndian(start[1..], item.Length);
            hash.Append(start[1..]);
            hash.Append(item);
        }

        return _isBroken ? null : Digest((byte)'=', Hex.Parse(hash.Finish().Hex));
    }

    private readonly byte[]? Digest(byte type, ReadOnlySpan<byte> content) =>
        _isBroken ? null : content.Length > MaxPlain
            ? [type, 1, .. Hex.Parse(Sha256Digest.Of(content).Hex)!]
            : [type, 0, .. content];

    private byte[]? Broken()
    {
        _isBroken = true;
        return null;
    }

    private int Byte() => Take(1) is [var value] ? value : -1;

    private int Int() => Take(4) is { Length: 4 } bytes ? BinaryPrimitives.ReadInt32LittleEndian(bytes) : -1;

    private ReadOnlySpan<byte> Counted(long count, int width, int back = 0)
    {
        _position -= back;
        return count < 0 ? Take(-1) : Take((count * width) + back);
    }

    private ReadOnlySpan<byte> Take(long count)
    {
        if (count < 0 || count > _bytes.Length - _position)
        {
            _isBroken = true;
            return default;
        }

        _position += (int)count;
        return _bytes.Slice(_position - (int)count, (int)count);
    }
}
