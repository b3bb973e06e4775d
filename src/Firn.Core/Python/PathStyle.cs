namespace Firn.Python;

/// <summary>How an environment's files are laid out. It is read off the files, not taken from the machine.</summary>
public enum PathStyle
{
    /// <summary><c>lib/pythonX.Y/site-packages</c> and <c>bin</c>.</summary>
    Posix,

    /// <summary><c>Lib\site-packages</c> and <c>Scripts</c>.</summary>
    Windows,
}
