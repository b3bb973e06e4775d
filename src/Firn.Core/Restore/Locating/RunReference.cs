using System.Globalization;

namespace Firn.Restore.Locating;

/// <summary>A run as the user names it, <c>SUBJECT/NAME</c> or <c>SUBJECT/NAME@N</c>.</summary>
/// <param name="Subject">The part before the slash.</param>
/// <param name="Name">The part behind it.</param>
/// <param name="Number">Which run; <see langword="null"/> for the last.</param>
internal sealed record RunReference(string Subject, string Name, int? Number)
{
    /// <summary>Reads a reference; the last run is also <c>@last</c>.</summary>
    public static bool TryParse(string text, out RunReference reference)
    {
        reference = new RunReference(string.Empty, string.Empty, null);
        var slash = text.IndexOf('/');
        if (slash < 1 || slash == text.Length - 1 || text.IndexOf('/', slash + 1) >= 0)
        {
            return false;
        }

        var name = text[(slash + 1)..];
        int? number = null;
        var at = name.LastIndexOf('@');
        if (at > 0 && name[(at + 1)..] == "last")
        {
            name = name[..at];
        }
        else if (at > 0 && int.TryParse(name.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var parsed))
        {
            number = parsed;
            name = name[..at];
        }

        reference = new RunReference(text[..slash], name, number);
        return true;
    }
}
