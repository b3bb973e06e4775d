using System.Text;
using Firn.Common;
using Firn.Python.Interpreters;

namespace Firn.Python.Environments;

/// <summary>Parses <c>.pth</c> files by the rules of site.py's <c>addpackage</c>.</summary>
internal static class PthFile
{
    public const int SizeLimit = 1024 * 1024;
    public const int LineLimit = 100_000;

    private static readonly UTF8Encoding StrictUtf8 =
        new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The lines that add or execute something, in order.</summary>
    /// <param name="bytes">The content.</param>
    /// <param name="release">The Python that reads it.</param>
    /// <param name="isValid">Whether it is UTF-8; Python before 3.13 fails to start where it is not.</param>
    public static List<PthLine> Parse(ReadOnlySpan<byte> bytes, PythonRelease release, out bool isValid)
    {
        var text = Decode(bytes, release, out isValid);
        var lines = new List<PthLine>();
        var rest = text.AsSpan();
        for (var number = 0; rest.Length > 0 && number < LineLimit; number++)
        {
            var line = NextLine(ref rest, release.ReadsPthAsUtf8);
            if (line.Length > 0 && line[0] == '#')
            {
                continue;
            }

            if (line.StartsWith("import ", StringComparison.Ordinal)
                || line.StartsWith("import\t", StringComparison.Ordinal))
            {
                lines.Add(new PthLine(line.ToString(), IsStatement: true, number + 1));
                continue;
            }

            // A blank line stands for the folder itself; Python 3 knows that folder already, Python 2 does not.
            var path = PythonPaths.TrimEnd(line);
            if (path.Length > 0 || release.Major < 3)
            {
                lines.Add(new PthLine(path.ToString(), IsStatement: false, number + 1));
            }
        }

        return lines;
    }

    /// <summary>The module that the statement imports first, for example <c>__editable___demo_finder</c>.</summary>
    public static string FirstModule(string statement)
    {
        var rest = statement.AsSpan(6).TrimStart();
        var end = 0;
        while (end < rest.Length && end < 200 && (char.IsLetterOrDigit(rest[end]) || rest[end] is '_' or '.'))
        {
            end++;
        }

        return rest[..end].ToString();
    }

    private static string Decode(ReadOnlySpan<byte> bytes, PythonRelease release, out bool isValid)
    {
        if (release.ReadsPthAsUtf8 && bytes.StartsWith("\uFEFF"u8))
        {
            bytes = bytes[3..];
        }

        try
        {
            isValid = true;
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            isValid = false;
            return Encoding.UTF8.GetString(bytes);
        }
    }

    private static ReadOnlySpan<char> NextLine(ref ReadOnlySpan<char> rest, bool asSplitlines)
    {
        // Universal newlines are CR, LF and CRLF; str.splitlines() ends lines at eight more characters.
        var end = asSplitlines ? SplitlinesEnd(rest) : rest.IndexOfAny('\r', '\n');
        if (end < 0)
        {
            var last = rest;
            rest = default;
            return last;
        }

        var line = rest[..end];
        var skip = rest[end] == '\r' && end + 1 < rest.Length && rest[end + 1] == '\n' ? 2 : 1;
        rest = rest[(end + skip)..];
        return line;
    }

    /// <summary>A plain loop: to prepare a search for these characters costs more than these short files.</summary>
    private static int SplitlinesEnd(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is (>= '\n' and <= '\r') or (>= '\u001c' and <= '\u001e') or '\u0085' or '\u2028' or '\u2029')
            {
                return i;
            }
        }

        return -1;
    }
}

/// <summary>A line of a <c>.pth</c> file that does something.</summary>
/// <param name="Text">The path, or the statement.</param>
/// <param name="IsStatement">Whether site.py would execute it.</param>
/// <param name="Number">Which line it is, from 1 on.</param>
internal sealed record PthLine(string Text, bool IsStatement, int Number);

/// <summary>
/// Lines of <c>.pth</c> files that Python executes. A plain import runs a module of the environment; a line that changes
/// <c>sys.path</c> or runs other code leads to what only running it would tell, unless a known tool wrote it.
/// </summary>
internal static class PthStatements
{
    private const int Shown = 160;

    private static readonly string[] OfPath = ["sys.path", "addsitedir", "addpackage", "PYTHONPATH"];
    private static readonly string[] OfCode =
        ["exec(", "execfile(", "eval(", "compile(", "runpy", "__import__(", "spec_from_file_location", "SourceFileLoader", "load_source"];

    // easy_install puts its own lines at the head of sys.path.
    private static readonly string[] KnownOfPath = ["sys.__plen", "sys.__egginsert"];

    // setuptools' distutils-precedence.pth and namespace packages; pytest-cov's and coverage's own.
    private static readonly string[] KnownOfCode = ["SETUPTOOLS_USE_DISTUTILS", "f_locals['sitedir']", "COV_CORE_SOURCE", "coverage.process_startup"];

    /// <summary>Says where code that cannot be seen may come from; <see langword="null"/> where the line is known.</summary>
    public static Problem? Find(string path, PthLine line)
    {
        var isDoubtful = Has(line.Text, OfPath) ? !Has(line.Text, KnownOfPath) : Has(line.Text, OfCode) && !Has(line.Text, KnownOfCode);
        if (!isDoubtful)
        {
            return null;
        }

        var shown = Credentials.RemoveFromText(line.Text.Length > Shown ? line.Text[..Shown] + "..." : line.Text);
        return new Problem("pth-runs-code", path, $"line {line.Number} runs code at every start, and what it adds to sys.path is not seen: {shown}");
    }

    private static bool Has(string text, string[] words)
    {
        foreach (var word in words)
        {
            if (text.Contains(word, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
