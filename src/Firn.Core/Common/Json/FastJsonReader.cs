using System.Buffers.Text;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Firn.Common.Json;

/// <summary>
/// A forward reader of JSON, as strict as RFC 8259 but for UTF-8, which <see cref="GetString"/> repairs. Its own because
/// in a process that lives for a tenth of a second Utf8JsonReader never runs at speed: its vectorised search for the end
/// of a string is not in the precompiled framework and is compiled without optimisation (measured: 40 ms for 3 MB of
/// records, and 5 here; a large environment has 30 MB).
/// </summary>
/// <remarks>Throws <see cref="FormatException"/> where the text is not JSON or is nested deeper than 64.</remarks>
internal ref struct FastJsonReader(ReadOnlySpan<byte> json)
{
    private const int MaxDepth = 64;
    private readonly ReadOnlySpan<byte> _json = json;
    private int _position;
    private int _depth;
    private ulong _objects;
    private int _start;
    private int _length;

    public FastJsonToken Token { get; private set; }

    /// <summary>Whether the string or name holds a backslash, so that its bytes are not its text.</summary>
    public bool IsEscaped { get; private set; }

    /// <summary>Where the bytes of a string or number start in the document.</summary>
    public readonly int Start => _start;

    /// <summary>The bytes of a string or name between its quotes, or of a number.</summary>
    public readonly ReadOnlySpan<byte> Value => _json.Slice(_start, _length);

    private readonly bool IsInObject => (_objects & 1) != 0;

    /// <summary>Steps to the next token; <see langword="false"/> behind the last one.</summary>
    public bool Read()
    {
        SkipBlanks();
        if (_depth == 0 && Token != FastJsonToken.None)
        {
            return _position < _json.Length ? throw Invalid() : false;
        }

        var next = Peek();
        if (Token == FastJsonToken.Name)
        {
            ReadValue(next);
        }
        else if (next is (byte)'}' or (byte)']')
        {
            EndContainer(next);
        }
        else
        {
            if (_depth > 0 && Token is not (FastJsonToken.StartObject or FastJsonToken.StartArray))
            {
                Take((byte)',');
                next = Peek();
            }

            if (_depth > 0 && IsInObject)
            {
                ReadName(next);
            }
            else
            {
                ReadValue(next);
            }
        }

        return true;
    }

    /// <summary>Steps to the end of the value: of the one under the reader, or of the member whose name is.</summary>
    public void Skip()
    {
        if (Token == FastJsonToken.Name)
        {
            Read();
        }

        if (Token is FastJsonToken.StartObject or FastJsonToken.StartArray)
        {
            var outside = _depth - 1;
            while (_depth > outside)
            {
                Read();
            }
        }
    }

    public readonly bool Is(ReadOnlySpan<byte> text) => !IsEscaped && Value.SequenceEqual(text);

    /// <summary>The text of the string or name.</summary>
    public readonly string GetString() =>
        IsEscaped ? FastJsonEscapes.Remove(Value) : Encoding.UTF8.GetString(Value);

    private static FormatException Invalid() => new("not valid JSON");

    private void SkipBlanks()
    {
        while (_position < _json.Length && _json[_position] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            _position++;
        }
    }

    private readonly byte Peek() => _position < _json.Length ? _json[_position] : throw Invalid();

    private void Take(byte expected)
    {
        if (Peek() != expected)
        {
            throw Invalid();
        }

        _position++;
        SkipBlanks();
    }

    private void ReadName(byte next)
    {
        if (next != '"')
        {
            throw Invalid();
        }

        ReadString();
        Token = FastJsonToken.Name;
        SkipBlanks();
        Take((byte)':');
    }

    private void ReadValue(byte next)
    {
        switch (next)
        {
            case (byte)'"':
                ReadString();
                Token = FastJsonToken.String;
                break;
            case (byte)'{':
                StartContainer(1, FastJsonToken.StartObject);
                break;
            case (byte)'[':
                StartContainer(0, FastJsonToken.StartArray);
                break;
            case (byte)'t':
                ReadWord("true"u8, FastJsonToken.True);
                break;
            case (byte)'f':
                ReadWord("false"u8, FastJsonToken.False);
                break;
            case (byte)'n':
                ReadWord("null"u8, FastJsonToken.Null);
                break;
            default:
                ReadNumber();
                break;
        }
    }

    private void StartContainer(ulong kind, FastJsonToken token)
    {
        if (_depth == MaxDepth)
        {
            throw Invalid();
        }

        _depth++;
        _objects = (_objects << 1) | kind;
        _position++;
        Token = token;
    }

    private void EndContainer(byte bracket)
    {
        if (_depth == 0 || IsInObject != (bracket == '}'))
        {
            throw Invalid();
        }

        _depth--;
        _objects >>= 1;
        _position++;
        Token = bracket == '}' ? FastJsonToken.EndObject : FastJsonToken.EndArray;
    }

    private void ReadWord(ReadOnlySpan<byte> word, FastJsonToken token)
    {
        if (!_json[_position..].StartsWith(word))
        {
            throw Invalid();
        }

        _position += word.Length;
        Token = token;
    }

    private void ReadString()
    {
        var json = _json;
        var i = _position + 1;
        _start = i;
        IsEscaped = false;
        while (i < json.Length)
        {
            i = FastJsonEscapes.SkipPlain(json, i);
            if (i == json.Length)
            {
                break;
            }

            var c = json[i];
            if (c == '"')
            {
                _length = i - _start;
                _position = i + 1;
                return;
            }

            if (c < ' ')
            {
                break;
            }

            if (c == '\\')
            {
                IsEscaped = true;
                i += FastJsonEscapes.LengthAt(json, i) is > 0 and var length ? length : throw Invalid();
            }
            else
            {
                i++;
            }
        }

        throw Invalid();
    }

    private void ReadNumber()
    {
        _start = _position;
        IsEscaped = false;
        _position += Peek() == '-' ? 1 : 0;
        if (Peek() == '0')
        {
            _position++;
        }
        else
        {
            TakeDigits();
        }

        if (_position < _json.Length && _json[_position] == '.')
        {
            _position++;
            TakeDigits();
        }

        if (_position < _json.Length && _json[_position] is (byte)'e' or (byte)'E')
        {
            _position++;
            _position += Peek() is (byte)'+' or (byte)'-' ? 1 : 0;
            TakeDigits();
        }

        _length = _position - _start;
        Token = FastJsonToken.Number;
    }

    private void TakeDigits()
    {
        var first = _position;
        while (_position < _json.Length && _json[_position] is >= (byte)'0' and <= (byte)'9')
        {
            _position++;
        }

        if (_position == first)
        {
            throw Invalid();
        }
    }
}

/// <summary>What <see cref="FastJsonReader"/> stands on.</summary>
internal enum FastJsonToken
{
    None,
    StartObject,
    EndObject,
    StartArray,
    EndArray,
    Name,
    String,
    Number,
    True,
    False,
    Null,
}

/// <summary>The escapes in JSON strings, RFC 8259 section 7.</summary>
internal static class FastJsonEscapes
{
    /// <summary>
    /// The next quote, backslash or control character, looked for eight bytes at a time; within the last eight bytes of
    /// the document, and on a machine of the other byte order, a place before it.
    /// </summary>
    public static int SkipPlain(ReadOnlySpan<byte> json, int i)
    {
        const ulong Ones = 0x0101010101010101;
        const ulong Highs = 0x8080808080808080;
        ref var first = ref MemoryMarshal.GetReference(json);
        while (i + sizeof(ulong) <= json.Length && BitConverter.IsLittleEndian)
        {
            var eight = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, i));
            var quotes = eight ^ (Ones * '"');
            var backslashes = eight ^ (Ones * '\\');
            // The high bit of (x - n) & ~x is set in each byte below n, and falsely only above such a byte.
            var special = ((quotes - Ones) & ~quotes) | ((backslashes - Ones) & ~backslashes) | ((eight - (Ones * ' ')) & ~eight);
            if ((special & Highs) != 0)
            {
                return i + (BitOperations.TrailingZeroCount(special & Highs) / 8);
            }

            i += sizeof(ulong);
        }

        return i;
    }

    /// <summary>How long the escape is that starts at the backslash; 0 where it is none.</summary>
    public static int LengthAt(ReadOnlySpan<byte> json, int backslash)
    {
        if (backslash + 1 >= json.Length)
        {
            return 0;
        }

        return json[backslash + 1] switch
        {
            (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t' => 2,
            (byte)'u' => backslash + 6 <= json.Length && CodeUnit(json.Slice(backslash + 2, 4)) >= 0 ? 6 : 0,
            _ => 0,
        };
    }

    /// <summary>The text of a string whose escapes are known to be whole.</summary>
    public static string Remove(ReadOnlySpan<byte> value)
    {
        var text = new StringBuilder(value.Length);
        while (value.IndexOf((byte)'\\') is >= 0 and var backslash)
        {
            text.Append(Encoding.UTF8.GetString(value[..backslash]));
            var escape = value[backslash + 1];
            text.Append(escape switch
            {
                (byte)'b' => '\b',
                (byte)'f' => '\f',
                (byte)'n' => '\n',
                (byte)'r' => '\r',
                (byte)'t' => '\t',
                (byte)'u' => (char)CodeUnit(value.Slice(backslash + 2, 4)),
                _ => (char)escape,
            });
            value = value[(backslash + (escape == 'u' ? 6 : 2))..];
        }

        return text.Append(Encoding.UTF8.GetString(value)).ToString();
    }

    private static int CodeUnit(ReadOnlySpan<byte> digits) =>
        Utf8Parser.TryParse(digits, out ushort unit, out var consumed, 'x') && consumed == 4 ? unit : -1;
}

/// <summary>Steps over the value of the member whose name is under the reader, and says what it is.</summary>
internal static class FastJsonMembers
{
    /// <summary>Its text; <see langword="null"/> where it is none.</summary>
    public static string? Text(ref FastJsonReader reader)
    {
        reader.Read();
        var text = reader.Token == FastJsonToken.String ? reader.GetString() : null;
        reader.Skip();
        return text;
    }

    /// <summary>Its value; <see langword="null"/> where it is not a whole number.</summary>
    public static long? Number(ref FastJsonReader reader)
    {
        reader.Read();
        long? number = reader.Token == FastJsonToken.Number
            && Utf8Parser.TryParse(reader.Value, out long value, out var used) && used == reader.Value.Length
                ? value
                : null;
        reader.Skip();
        return number;
    }
}
