using System.Globalization;
using Firn.Common;
using Firn.Common.Files;
using Firn.Python.Interpreters;

namespace Firn.Python.Environments;

/// <summary>Computes <c>sys.path</c>: first what getpath gives, then what site.py's <c>main</c> adds.</summary>
internal sealed class SearchPathReader(Interpreter interpreter, SiteFolders sites, SystemContext systemContext)
{
    private readonly PythonTag _tag = interpreter.Tag;

    public void AddTo(SearchPathBuilder builder)
    {
        if (WindowsPathFile.Read(interpreter) is { } pathFile)
        {
            foreach (var path in pathFile.Paths)
            {
                builder.Add(path, SearchPathKind.StandardLibrary);
            }

            if (pathFile.ImportsSite)
            {
                AddSites(builder, ignoreVariables: true);
            }

            return;
        }

        AddPythonPath(builder);
        AddStandardLibrary(builder);
        AddSites(builder, ignoreVariables: false);
    }

    private void AddPythonPath(SearchPathBuilder builder)
    {
        if (systemContext.Variable("PYTHONPATH") is not { } value)
        {
            return;
        }

        foreach (var part in value.Split(interpreter.Style == PathStyle.Windows ? ';' : ':'))
        {
            builder.Add(part, SearchPathKind.PythonPath);
        }
    }

    private void AddStandardLibrary(SearchPathBuilder builder)
    {
        var library = interpreter.StandardLibrary;
        var digits = string.Create(
            CultureInfo.InvariantCulture, $"{_tag.Major}{_tag.Minor}{(_tag.FreeThreaded ? "t" : string.Empty)}");
        if (interpreter.Style == PathStyle.Windows)
        {
            Add(Path.Join(interpreter.BasePrefix, $"python{digits}.zip"));
            Add(Path.Join(interpreter.BasePrefix, "DLLs"));
            Add(library);
            Add(interpreter.BasePrefix);
            return;
        }

        if (_tag.Implementation == "pypy")
        {
            AddPyPy(builder);
            return;
        }

        Add(Path.Join(interpreter.BasePrefix, interpreter.LibraryFolder, $"python{digits}.zip"));
        Add(library);
        if (_tag.Major == 2)
        {
            AddPython2(builder);
        }

        Add(Path.Join(library, "lib-dynload"));

        void Add(string path) => builder.Add(path, SearchPathKind.StandardLibrary);
    }

    /// <summary>Python 2's compiled-in PYTHONPATH: <c>:plat-linux2:lib-tk:lib-old</c>, the first named after the system.</summary>
    private void AddPython2(SearchPathBuilder builder)
    {
        var library = interpreter.StandardLibrary;
        foreach (var entry in DirectoryReader.List(library, out _))
        {
            if (entry.Name.StartsWith("plat-", StringComparison.Ordinal) && entry.Kind == DirectoryEntryKind.Directory)
            {
                builder.Add(Path.Join(library, entry.Name), SearchPathKind.StandardLibrary);
            }
        }

        builder.Add(Path.Join(library, "lib-tk"), SearchPathKind.StandardLibrary);
        builder.Add(Path.Join(library, "lib-old"), SearchPathKind.StandardLibrary);
    }

    private void AddPyPy(SearchPathBuilder builder)
    {
        if (interpreter.LibraryFolder != "lib-python")
        {
            builder.Add(interpreter.StandardLibrary, SearchPathKind.StandardLibrary);
            return;
        }

        var version = _tag.Major == 2 ? "2.7" : "3";
        foreach (var name in (string[])["lib_pypy/__extensions__", "lib_pypy", $"lib-python/{version}",
            $"lib-python/{version}/lib-tk", $"lib-python/{version}/plat-linux2"])
        {
            builder.Add(Path.Join(interpreter.BasePrefix, name), SearchPathKind.StandardLibrary);
        }
    }

    private void AddSites(SearchPathBuilder builder, bool ignoreVariables)
    {
        var prefixes = new List<string>(3) { interpreter.BasePrefix };
        if (interpreter.Configuration is { } configuration)
        {
            // Before the user's site, so that the virtual environment comes first.
            AddPrefix(builder, interpreter.Prefix);
            prefixes = configuration.IncludesSystemSitePackages
                ? [interpreter.Prefix, interpreter.BasePrefix]
                : [interpreter.Prefix];
        }

        if (!ignoreVariables && UserSiteFolder.IsEnabled(interpreter, systemContext))
        {
            builder.AddSite(UserSiteFolder.Of(interpreter, systemContext), SearchPathKind.UserSite);
            if (sites.IsFedora && systemContext.Variable("RPM_BUILD_ROOT") is null)
            {
                prefixes.Insert(0, Path.Join(interpreter.BasePrefix, "local"));
            }
        }

        foreach (var prefix in prefixes)
        {
            AddPrefix(builder, prefix);
        }
    }

    private void AddPrefix(SearchPathBuilder builder, string prefix)
    {
        var isBase = interpreter.IsVirtualEnvironment && prefix != interpreter.Prefix;
        foreach (var folder in sites.Of(prefix))
        {
            builder.AddSite(folder, isBase ? SearchPathKind.BaseSite : SearchPathKind.Site);
        }
    }
}

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
