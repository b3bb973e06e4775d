namespace Firn.Conda.Linking;

/// <summary>What an entry of a package's paths data is.</summary>
internal enum CondaPathKind
{
    /// <summary>A file that the package shipped (<c>hardlink</c>).</summary>
    File,

    /// <summary>A symbolic link that the package shipped (<c>softlink</c>).</summary>
    Link,

    /// <summary>A folder that the package shipped (<c>directory</c>).</summary>
    Directory,

    /// <summary>Bytecode that the installer made (<c>pyc_file</c>).</summary>
    Bytecode,

    /// <summary>A script that the installer made of an entry point (<c>unix_python_entry_point</c> and Windows' two).</summary>
    EntryPoint,
}
