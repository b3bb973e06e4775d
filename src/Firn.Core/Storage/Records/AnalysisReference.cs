using System.Globalization;
using Firn.Common;
using Firn.Storage.Layout;

namespace Firn.Storage.Records;

/// <summary>An analysis or one of its runs, as command lines name it: <c>SUBJECT/NAME</c>, <c>SUBJECT/NAME@N</c>.</summary>
/// <param name="Subject">What is analysed.</param>
/// <param name="Name">The analysis.</param>
/// <param name="Number">The run; <see langword="null"/> where none is named, or <c>@last</c>.</param>
internal sealed record AnalysisReference(string Subject, string Name, int? Number)
{
    private const string Last = "last";

    /// <summary>Reads a reference; what follows the last <c>@</c> is a run only where it is a number or <c>last</c>.</summary>
    /// <exception cref="FirnException">It is none.</exception>
    public static AnalysisReference Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || slash == text.Length - 1 || text.IndexOf('/', slash + 1) >= 0)
        {
            throw Refused(text);
        }

        var name = text[(slash + 1)..];
        int? number = null;
        var at = name.LastIndexOf('@');
        if (at > 0 && IsRun(name[(at + 1)..], out number))
        {
            name = name[..at];
        }

        // What cannot be a folder's name is refused here, before anything is read.
        NameEncoding.Encode(text[..slash]);
        NameEncoding.Encode(name);
        return new AnalysisReference(text[..slash], name, number);
    }

    /// <summary>Reads a reference that may name no run.</summary>
    /// <exception cref="FirnException">It is none, or names a run.</exception>
    public static AnalysisReference ParseAnalysis(string text)
    {
        var reference = Parse(text);
        return text.EndsWith($"/{reference.Name}", StringComparison.Ordinal)
            ? reference
            : throw new FirnException(
                $"'{text}' names a run", $"a new run gets the next number: say {reference.Subject}/{reference.Name}", FailureKind.InvalidRequest);
    }

    private static bool IsRun(string text, out int? number)
    {
        number = null;
        if (text == Last)
        {
            return true;
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) || parsed == 0)
        {
            return false;
        }

        number = parsed;
        return true;
    }

    private static FirnException Refused(string text) => new(
        $"'{text}' is not an analysis", "an analysis is SUBJECT/NAME, for example GW150914/Prod0", FailureKind.InvalidRequest);
}
