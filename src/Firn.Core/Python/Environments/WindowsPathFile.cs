using Firn.Common;

namespace Firn.Python.Environments;

/// <summary>
/// A <c>python311._pth</c> beside the interpreter (Windows' embeddable package): it replaces the whole of
/// <c>sys.path</c>, and variables are ignored (getpath.py, "SET pythonpath FROM _PTH FILE").
/// </summary>
internal sealed record WindowsPathFile(IReadOnlyList<string> Paths, bool ImportsSite)
{
    private const int Limit = 256 * 1024;

    public static WindowsPathFile? Read(Interpreter interpreter)
    {
        if (interpreter.Style != PathStyle.Windows)
        {
            return null;
        }

        var folder = interpreter.BasePrefix;
        var text = BoundedFile.ReadText(
                Path.Join(folder, $"python{interpreter.Tag.Major}{interpreter.Tag.Minor}._pth"), Limit)
            ?? BoundedFile.ReadText(Path.Join(folder, "python._pth"), Limit);
        return text is null ? null : Parse(text, folder);
    }

    public static WindowsPathFile Parse(string text, string folder)
    {
        var paths = new List<string>();
        var importsSite = false;
        foreach (var whole in new TextLines(text))
        {
            var comment = whole.IndexOf('#');
            var line = (comment < 0 ? whole : whole[..comment]).Trim();
            if (line is "import site")
            {
                importsSite = true;
            }
            else if (line.Length > 0
                && !line.StartsWith("import ", StringComparison.Ordinal)
                && PythonPaths.Absolute(folder, line.ToString()) is { } path)
            {
                paths.Add(path);
            }
        }

        return new WindowsPathFile(paths, importsSite);
    }
}
