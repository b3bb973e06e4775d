using System.Text.Json;

namespace Firn.Common.Json;

/// <summary>
/// Reads the tokens of a large JSON document through a buffer that never holds the whole of it. A ref struct, since the
/// reader of the framework is one.
/// </summary>
internal ref struct JsonStreamReader
{
    private const int FirstLength = 128 * 1024;

    /// <summary>No token of a channel's page is a hundredth of it.</summary>
    private const int MaxTokenLength = 4 * 1024 * 1024;

    private readonly Stream _stream;
    private readonly long _limit;
    private byte[] _buffer = new byte[FirstLength];
    private int _length;
    private long _total;
    private bool _isAtEnd;

    /// <param name="stream">The document.</param>
    /// <param name="limit">The most bytes that are read of it: a few compressed ones can stand for any number.</param>
    public JsonStreamReader(Stream stream, long limit)
    {
        _stream = stream;
        _limit = limit;
        Reader = new Utf8JsonReader([], isFinalBlock: false, default);
    }

    /// <summary>Stands on the token that was read last.</summary>
    public Utf8JsonReader Reader;

    /// <summary>Goes to the next token; <see langword="false"/> behind the last one.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    /// <exception cref="InvalidDataException">It is larger than the limit.</exception>
    public bool Next()
    {
        while (!Reader.Read())
        {
            if (_isAtEnd)
            {
                return false;
            }

            Fill();
            if (_total == 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Goes to the end of the value whose first token was read.</summary>
    public void Skip()
    {
        if (Reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            return;
        }

        var depth = Reader.CurrentDepth;
        while (Next() && Reader.CurrentDepth > depth)
        {
            // Deeper still.
        }
    }

    private void Fill()
    {
        var start = (int)Reader.BytesConsumed;
        var state = Reader.CurrentState;
        var left = _length - start;
        if (left == _buffer.Length)
        {
            if (left >= MaxTokenLength)
            {
                throw new InvalidDataException("a text in it is too long");
            }

            Array.Resize(ref _buffer, left * 2);
        }

        _buffer.AsSpan(start, left).CopyTo(_buffer);
        var read = _stream.Read(_buffer, left, _buffer.Length - left);
        _length = left + read;
        _total += read;
        _isAtEnd = read == 0;
        if (_total > _limit)
        {
            throw new InvalidDataException("it is too large");
        }

        Reader = new Utf8JsonReader(_buffer.AsSpan(0, _length), _isAtEnd, state);
    }
}
