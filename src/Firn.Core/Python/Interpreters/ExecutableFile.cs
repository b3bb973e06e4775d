using Firn.Common;
using Firn.Common.Files;

namespace Firn.Python.Interpreters;

/// <summary>Finds executables on PATH and tells an interpreter from whatever else bears its name.</summary>
internal static class ExecutableFile
{
    private const int HeadSize = 4096;

    /// <summary>What the file is.</summary>
    /// <exception cref="FirnException">It is not an interpreter.</exception>
    public static ExecutableKind Check(string path)
    {
        if (!IsPythonName(path) && !IsPythonName(RealPath.Of(path)))
        {
            throw NotPython(path, "its name is not that of one");
        }

        var content = BoundedFile.Read(path, HeadSize);
        if (content.Status == FileReadStatus.Denied)
        {
            // A program may be executable and still unreadable.
            return ExecutableKind.Program;
        }

        var bytes = content.Bytes;
        if (bytes.StartsWith("#!"u8))
        {
            return PyenvShim.Is(path, bytes) ? ExecutableKind.PyenvShim : throw NotPython(path, "it is a script");
        }

        return IsProgram(bytes) ? ExecutableKind.Program : throw NotPython(path, "it is not a program");
    }

    /// <summary>The first executable file of that name on PATH, links not followed.</summary>
    /// <param name="name">The name, without a folder.</param>
    /// <param name="systemContext">Gives PATH and the current folder, which an empty part stands for.</param>
    /// <param name="except">A folder to leave out.</param>
    public static string? OnPath(string name, SystemContext systemContext, string? except = null)
    {
        var value = systemContext.Variable("PATH");
        foreach (var part in value?.Split(Path.PathSeparator) ?? [])
        {
            var folder = Path.GetFullPath(part.Length == 0 ? "." : part, systemContext.CurrentDirectory);
            if (Path.TrimEndingDirectorySeparator(folder) == except)
            {
                continue;
            }

            var path = Path.Join(folder, name);
            if (FileCheck.IsExecutable(path))
            {
                return path;
            }

            if (OperatingSystem.IsWindows() && FileCheck.IsFile(path + ".exe"))
            {
                return path + ".exe";
            }
        }

        return null;
    }

    private static bool IsPythonName(string path)
    {
        var name = Path.GetFileName(path);
        return name.StartsWith("python", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("pypy", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("graalpy", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>ELF, PE, or Mach-O: 32 and 64 bits of either byte order, and universal.</summary>
    private static bool IsProgram(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith("\u007fELF"u8)
        || bytes.StartsWith("MZ"u8)
        || (bytes.Length >= 4 && bytes[..4] is
            [0xfe, 0xed, 0xfa, 0xce or 0xcf] or [0xce or 0xcf, 0xfa, 0xed, 0xfe] or [0xca, 0xfe, 0xba, 0xbe]);

    private static FirnException NotPython(string path, string why) => new(
        $"{path} is not a Python interpreter: {why}",
        "name the environment's folder, or the python in its bin folder");
}

/// <summary>What an executable file is.</summary>
internal enum ExecutableKind
{
    /// <summary>A program: ELF, Mach-O or PE.</summary>
    Program,

    /// <summary>A script of pyenv that starts the version in force.</summary>
    PyenvShim,
}
