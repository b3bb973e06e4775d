using System.Text;

namespace Firn.Analyses.Records;

/// <summary>
/// Stands in for secrets while a text is looked through more than once: what is named in the end comes in the order of the places,
/// as a rerun fills them.
/// </summary>
internal sealed class SecretMarks
{
    /// <summary>No character of any text (Unicode, section 23.7).</summary>
    private const char Start = '\uFFFF';
    private const int Length = 3;
    private const int Digits = 4096;
    private readonly List<string> _names = [];

    /// <summary>What stands in a secret's place until <see cref="Finish"/>.</summary>
    public string Add(string name)
    {
        _names.Add(name);
        var at = _names.Count - 1;
        return new string([Start, (char)('\uE000' + (at / Digits)), (char)('\uE000' + (at % Digits))]);
    }

    public static bool Is(ReadOnlySpan<char> text) => text.Length == Length && text[0] == Start;

    public static bool IsLast(string text) => text.Length >= Length && Is(text.AsSpan(text.Length - Length));

    /// <summary>The text with <c>***</c>.</summary>
    /// <param name="text">With marks.</param>
    /// <param name="masked">Takes their names.</param>
    public string Finish(string text, List<string> masked)
    {
        if (_names.Count == 0)
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var at = i + 2 < text.Length && text[i] == Start ? ((text[i + 1] - '\uE000') * Digits) + text[i + 2] - '\uE000' : -1;
            if (at >= 0 && at < _names.Count)
            {
                masked.Add(_names[at]);
                clean.Append(SecretVariables.Mask);
                i += Length - 1;
            }
            else
            {
                clean.Append(text[i]);
            }
        }

        _names.Clear();
        return clean.ToString();
    }
}
