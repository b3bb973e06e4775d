using System.Text;

namespace Firn.Git.Configuration;

/// <summary>
/// Reads one git configuration file exactly as git does (git: config.c, <c>git_parse_source</c> and the functions it
/// calls), byte by byte and without recursion.
/// </summary>
internal ref struct GitConfigParser(ReadOnlySpan<byte> bytes)
{
    private const int EndOfFile = -1;

    private readonly ReadOnlySpan<byte> _bytes = bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
    private int _at;
    private bool _ended;
    private byte[] _buffer = new byte[256];
    private int _length;
    private string _section = string.Empty;

    /// <summary>The number of the line that was read last, from 1.</summary>
    public int Line { get; private set; } = 1;

    /// <summary>The key that <see cref="Read"/> found.</summary>
    public string Key { get; private set; } = string.Empty;

    /// <summary>Its value; <see langword="null"/> where there is no <c>=</c>.</summary>
    public string? Value { get; private set; }

    /// <summary>Whether the file breaks the syntax at <see cref="Line"/>; git then refuses to work at all.</summary>
    public bool IsInvalid { get; private set; }

    /// <summary>Goes to the next variable.</summary>
    /// <returns>Whether there is one.</returns>
    public bool Read()
    {
        var comment = false;
        while (!IsInvalid)
        {
            var c = Next();
            if (c == '\n')
            {
                if (_ended)
                {
                    return false;
                }

                comment = false;
            }
            else if (comment || IsSpace(c))
            {
                continue;
            }
            else if (c is '#' or ';')
            {
                comment = true;
            }
            else if (c == '[')
            {
                IsInvalid = !ReadSection();
            }
            else
            {
                IsInvalid = !char.IsAsciiLetter((char)c) || !ReadVariable(c);
                return !IsInvalid;
            }
        }

        return false;
    }

    private bool ReadSection()
    {
        _length = 0;
        while (true)
        {
            var c = Next();
            if (_ended)
            {
                return false;
            }

            if (c == ']')
            {
                break;
            }

            if (IsSpace(c))
            {
                if (!ReadSubsection(c))
                {
                    return false;
                }

                break;
            }

            if (!IsKeyChar(c) && c != '.')
            {
                return false;
            }

            Append(char.ToLowerInvariant((char)c));
        }

        _section = Text() + ".";
        return _length > 0;
    }

    private bool ReadSubsection(int c)
    {
        while (IsSpace(c))
        {
            if (c == '\n')
            {
                return false;
            }

            c = Next();
        }

        if (c != '"')
        {
            return false;
        }

        Append('.');
        while (true)
        {
            c = Next();
            if (c == '"')
            {
                return Next() == ']';
            }

            if (c == '\\')
            {
                c = Next();
            }

            if (c == '\n')
            {
                return false;
            }

            Append(c);
        }
    }

    private bool ReadVariable(int c)
    {
        _length = 0;
        do
        {
            Append(char.ToLowerInvariant((char)c));
            c = Next();
        }
        while (!_ended && IsKeyChar(c));

        Key = _section + Text();
        while (c is ' ' or '\t')
        {
            c = Next();
        }

        Value = null;
        if (c == '\n')
        {
            return true;
        }

        return c == '=' && ReadValue();
    }

    private bool ReadValue()
    {
        _length = 0;
        var quoted = false;
        var trimmed = 0;
        while (true)
        {
            var c = Next();
            if (c == '\n')
            {
                _length = trimmed > 0 ? trimmed : _length;
                Value = Text();
                return !quoted;
            }

            if (!quoted && IsSpace(c))
            {
                trimmed = trimmed == 0 ? _length : trimmed;
                if (_length > 0)
                {
                    Append(c);
                }

                continue;
            }

            if (!quoted && (c is ';' or '#'))
            {
                SkipLine();
                continue;
            }

            trimmed = 0;
            if (c == '"')
            {
                quoted = !quoted;
            }
            else if (c != '\\')
            {
                Append(c);
            }
            else if (!ReadEscape())
            {
                return false;
            }
        }
    }

    private bool ReadEscape()
    {
        var c = Next();
        switch (c)
        {
            case '\n': return true;
            case 't': Append('\t'); return true;
            case 'b': Append('\b'); return true;
            case 'n': Append('\n'); return true;
            case '\\' or '"': Append(c); return true;
            default: return false;
        }
    }

    private void SkipLine()
    {
        var length = _bytes[_at..].IndexOf((byte)'\n');
        _at = length < 0 ? _bytes.Length : _at + length;
    }

    /// <summary>The next byte, CRLF as LF; at the end LF for ever, as git has it.</summary>
    private int Next()
    {
        var c = _at < _bytes.Length ? _bytes[_at++] : EndOfFile;
        if (c == '\r' && _at < _bytes.Length && _bytes[_at] == '\n')
        {
            _at++;
            c = '\n';
        }

        if (c == EndOfFile)
        {
            _ended = true;
            return '\n';
        }

        Line += c == '\n' ? 1 : 0;
        return c;
    }

    private static bool IsSpace(int c) => c is ' ' or '\t' or '\n' or '\r';

    private static bool IsKeyChar(int c) => char.IsAsciiLetterOrDigit((char)c) || c == '-';

    private void Append(int c)
    {
        if (_length == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        _buffer[_length++] = (byte)c;
    }

    /// <summary>git keeps C strings: a NUL byte ends them.</summary>
    private readonly string Text()
    {
        var text = _buffer.AsSpan(0, _length);
        var end = text.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? text : text[..end]);
    }
}
