namespace Firn.Python.Environments;

/// <summary>What an executable file is.</summary>
internal enum ExecutableKind
{
    /// <summary>A program: ELF, Mach-O or PE.</summary>
    Program,

    /// <summary>A script of pyenv that starts the version in force.</summary>
    PyenvShim,
}
