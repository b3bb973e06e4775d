using System.Text;
using Firn.Common;

namespace Firn.Storage.Layout;

/// <summary>
/// Names of subjects and analyses as file names: percent-encoded (RFC 3986, 2.1), all bytes of UTF-8 but letters,
/// digits and <c>_.+=@,-</c>; a dot at the start is encoded, so that no name is hidden, <c>.</c> or <c>..</c>.
/// </summary>
internal static class NameEncoding
{
    /// <summary>NAME_MAX of every file system in use.</summary>
    private const int MaxBytes = 255;

    private const string Digits = "0123456789ABCDEF";
    private const string Plain = "_.+=@,-";
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The file name for a name.</summary>
    /// <exception cref="FirnException">The name is empty, holds a control character, no text, or is too long.</exception>
    public static string Encode(string name)
    {
        if (name.Length == 0)
        {
            throw Refused(name, "is empty");
        }

        var encoded = new StringBuilder(name.Length);
        foreach (var b in Bytes(name))
        {
            if (b is < 0x20 or 0x7f)
            {
                throw Refused(name, "holds a control character");
            }

            if (IsPlain((char)b) && !(b == '.' && encoded.Length == 0))
            {
                encoded.Append((char)b);
            }
            else
            {
                encoded.Append('%').Append(Digits[b >> 4]).Append(Digits[b & 15]);
            }
        }

        return encoded.Length <= MaxBytes ? encoded.ToString() : throw Refused(name, "is too long");
    }

    /// <summary>The name that a file name stands for; <see langword="null"/> where no name is encoded so.</summary>
    public static string? Decode(string fileName)
    {
        var bytes = new List<byte>(fileName.Length);
        for (var i = 0; i < fileName.Length; i++)
        {
            if (fileName[i] != '%')
            {
                if (!IsPlain(fileName[i]))
                {
                    return null;
                }

                bytes.Add((byte)fileName[i]);
                continue;
            }

            if (i + 2 >= fileName.Length || Hex.Parse(fileName.AsSpan(i + 1, 2)) is not { } value)
            {
                return null;
            }

            bytes.Add(value[0]);
            i += 2;
        }

        return Canonical([.. bytes], fileName);
    }

    /// <summary>There is one encoding of a name: whatever else decodes to it is foreign.</summary>
    private static string? Canonical(byte[] bytes, string fileName)
    {
        try
        {
            var name = Strict.GetString(bytes);
            return Encode(name) == fileName ? name : null;
        }
        catch (Exception exception) when (exception is ArgumentException or FirnException)
        {
            return null;
        }
    }

    private static byte[] Bytes(string name)
    {
        try
        {
            return Strict.GetBytes(name);
        }
        catch (ArgumentException)
        {
            throw Refused(name, "is no valid text");
        }
    }

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || Plain.Contains(c, StringComparison.Ordinal);

    private static FirnException Refused(string name, string why) =>
        new($"the name '{name}' {why}", "give it as SUBJECT/NAME, for example GW150914/Prod0", FailureKind.InvalidRequest);
}
