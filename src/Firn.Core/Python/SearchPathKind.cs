namespace Firn.Python;

/// <summary>Why a folder is on <c>sys.path</c>.</summary>
public enum SearchPathKind
{
    /// <summary>Named by <c>PYTHONPATH</c>.</summary>
    PythonPath,

    /// <summary>The standard library, its zip file or <c>lib-dynload</c>.</summary>
    StandardLibrary,

    /// <summary>The user's own site-packages.</summary>
    UserSite,

    /// <summary>A site-packages or dist-packages folder of the environment itself.</summary>
    Site,

    /// <summary>A site-packages or dist-packages folder of the interpreter under a virtual environment.</summary>
    BaseSite,

    /// <summary>Added by a line of a <c>.pth</c> file.</summary>
    PthFile,
}
