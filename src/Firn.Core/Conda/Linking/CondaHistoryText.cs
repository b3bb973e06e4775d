using System.Text;
using Firn.Common;

namespace Firn.Conda.Linking;

/// <summary>The text of <c>conda-meta/history</c>, which a restored environment keeps.</summary>
internal static class CondaHistoryText
{
    /// <summary>
    /// The history with the credentials taken out of the commands and package URLs in it; the same bytes where there
    /// are none. Bytes that are no UTF-8 become U+FFFD where a line has to change.
    /// </summary>
    public static byte[] WithoutCredentials(ReadOnlySpan<byte> history)
    {
        var output = new MemoryStream(history.Length);
        while (history.Length > 0)
        {
            var end = history.IndexOf((byte)'\n') is >= 0 and var at ? at + 1 : history.Length;
            WriteLine(output, history[..end]);
            history = history[end..];
        }

        return output.ToArray();
    }

    private static void WriteLine(MemoryStream output, ReadOnlySpan<byte> line)
    {
        if (line.IndexOf("://"u8) < 0)
        {
            output.Write(line);
            return;
        }

        var text = Encoding.UTF8.GetString(line);
        var clean = RemoveFromWords(text);
        output.Write(clean == text ? line : Encoding.UTF8.GetBytes(clean));
    }

    /// <summary>Each word by itself: one line may name several URLs.</summary>
    private static string RemoveFromWords(string line)
    {
        var clean = new StringBuilder(line.Length);
        var start = 0;
        for (var i = 0; i <= line.Length; i++)
        {
            if (i == line.Length || line[i] is ' ' or '\t' or '\n' or '\r' or '\'' or '"' or ',' or '[' or ']')
            {
                clean.Append(Credentials.Remove(line[start..i]));
                clean.Append(line.AsSpan(i, i < line.Length ? 1 : 0));
                start = i + 1;
            }
        }

        return clean.ToString();
    }
}
