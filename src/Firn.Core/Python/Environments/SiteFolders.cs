using Firn.Common;
using Firn.Common.Files;
using Firn.Python.Interpreters;

namespace Firn.Python.Environments;

/// <summary>The site-packages folders of a prefix: <c>getsitepackages</c> of CPython, PyPy, Debian and Fedora.</summary>
internal sealed class SiteFolders
{
    private const int SiteModuleLimit = 256 * 1024;
    private readonly Interpreter _interpreter;
    private readonly PythonTag _tag;

    public SiteFolders(Interpreter interpreter)
    {
        _interpreter = interpreter;
        _tag = interpreter.Tag;
        if (interpreter.Style != PathStyle.Posix || !MayBePatched(interpreter))
        {
            return;
        }

        var module = BoundedFile.Read(Path.Join(interpreter.StandardLibrary, "site.py"), SiteModuleLimit).Bytes;
        IsDebian = module.IndexOf("dist-packages"u8) >= 0;
        IsFedora = module.IndexOf("RPM_BUILD_ROOT"u8) >= 0;
    }

    /// <summary>Whether the standard library is Debian's, which installs into <c>dist-packages</c>.</summary>
    public bool IsDebian { get; }

    /// <summary>Whether the standard library is Fedora's, which adds <c>/usr/local</c> outside of package builds.</summary>
    public bool IsFedora { get; }

    /// <summary>The folders of the prefix in order, existing or not.</summary>
    public List<string> Of(string prefix)
    {
        if (_interpreter.Style == PathStyle.Windows)
        {
            return [prefix, Path.Join(prefix, "Lib", "site-packages")];
        }

        if (IsDebian)
        {
            return OfDebian(prefix);
        }

        if (_interpreter.LibraryFolder == "lib-python")
        {
            return [Path.Join(prefix, "site-packages")];
        }

        var folders = new List<string>(3);
        if (_interpreter.LibraryFolder == "lib64")
        {
            folders.Add(Path.Join(prefix, "lib64", _tag.FolderName, "site-packages"));
        }

        folders.Add(Path.Join(prefix, "lib", _tag.FolderName, "site-packages"));
        if (_tag.Major == 2)
        {
            folders.Add(Path.Join(prefix, "lib", "site-python"));
        }

        if (_interpreter.IsFramework && !_tag.IsAtLeast(3, 7))
        {
            folders.Add($"/Library/Python/{_tag.Major}.{_tag.Minor}/site-packages");
        }

        return folders;
    }

    /// <summary><c>sysconfig.get_path('purelib')</c>: where an installer puts packages.</summary>
    public string PureLibrary()
    {
        var prefix = _interpreter.Prefix;
        if (_interpreter.Style == PathStyle.Windows)
        {
            return Path.Join(prefix, "Lib", "site-packages");
        }

        if (_interpreter.LibraryFolder == "lib-python")
        {
            return Path.Join(prefix, "site-packages");
        }

        if (_interpreter.IsVirtualEnvironment || !(IsDebian || IsFedora))
        {
            return Path.Join(prefix, "lib", _tag.FolderName, "site-packages");
        }

        return Path.Join(prefix, "local/lib", _tag.FolderName, IsDebian ? "dist-packages" : "site-packages");
    }

    /// <summary>Debian's site.py: <c>site-packages</c> only in virtual environments, then its own folders.</summary>
    private List<string> OfDebian(string prefix)
    {
        var folders = new List<string>(4);
        if (_interpreter.IsVirtualEnvironment)
        {
            folders.Add(Path.Join(prefix, "lib", _tag.FolderName, "site-packages"));
        }

        folders.Add(Path.Join(prefix, "local/lib", _tag.FolderName, "dist-packages"));
        if (_tag.Major == 3)
        {
            folders.Add(Path.Join(prefix, "lib/python3/dist-packages"));
        }

        folders.Add(Path.Join(prefix, "lib", _tag.FolderName, "dist-packages"));
        return folders;
    }

    /// <summary>Only distributions patch site.py: theirs have <c>lib/python3</c>, <c>lib64</c> or <c>/usr</c>.</summary>
    private static bool MayBePatched(Interpreter interpreter) =>
        interpreter.LibraryFolder == "lib64"
        || Path.GetFileName(interpreter.BasePrefix) == "usr"
        || Directory.Exists(Path.Join(interpreter.BasePrefix, "lib/python3"));
}

/// <summary>The user's own site-packages (PEP 370): <c>getusersitepackages</c> and <c>check_enableusersite</c>.</summary>
internal static class UserSiteFolder
{
    /// <summary>The folder, whether it exists or not.</summary>
    public static string Of(Interpreter interpreter, SystemContext systemContext)
    {
        var tag = interpreter.Tag;
        var given = systemContext.Variable("PYTHONUSERBASE");
        var home = systemContext.HomeDirectory;
        string path;
        if (interpreter.Style == PathStyle.Windows)
        {
            var userBase = given ?? Path.Join(
                PythonPaths.ExpandUser(systemContext.Variable("APPDATA") ?? "~", home), "Python");
            path = Path.Join(userBase, $"Python{tag.Major}{tag.Minor}", "site-packages");
        }
        else if (interpreter.IsFramework)
        {
            var userBase = given ?? Path.Join(home, "Library", "Python", $"{tag.Major}.{tag.Minor}");
            path = Path.Join(userBase, "lib/python/site-packages");
        }
        else
        {
            path = Path.Join(given ?? Path.Join(home, ".local"), "lib", tag.FolderName, "site-packages");
        }

        return PythonPaths.Absolute(systemContext.CurrentDirectory, path) ?? path;
    }

    /// <summary>Whether Python uses it: not in a virtual environment on its own, and not if the user forbids it.</summary>
    public static bool IsEnabled(Interpreter interpreter, SystemContext systemContext) =>
        interpreter.Configuration is not { IncludesSystemSitePackages: false }
        && systemContext.Variable("PYTHONNOUSERSITE") is null;
}
