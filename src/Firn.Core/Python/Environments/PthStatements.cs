using Firn.Common;

namespace Firn.Python.Environments;

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
