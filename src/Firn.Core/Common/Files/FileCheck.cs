using Firn.Common.Native;

namespace Firn.Common.Files;

/// <summary>
/// What <c>os.path.exists</c> and <c>os.path.isfile</c> say. <see cref="File.Exists"/> says that a link which leads
/// nowhere exists, and that is the very thing that a broken virtual environment holds.
/// </summary>
internal static class FileCheck
{
    public static bool Exists(string path) => OperatingSystem.IsWindows()
        ? File.Exists(path) || Directory.Exists(path)
        : IsAccessible(path, Libc.AccessExists);

    public static bool IsFile(string path) =>
        (OperatingSystem.IsWindows() || IsAccessible(path, Libc.AccessExists)) && File.Exists(path);

    /// <summary>Whether the user may start the file, as a shell's <c>[ -x ]</c> has it.</summary>
    public static bool IsExecutable(string path) => OperatingSystem.IsWindows()
        ? path.EndsWith(".exe", StringComparison.OrdinalIgnoreCase) && File.Exists(path)
        : IsAccessible(path, Libc.AccessExecutes) && File.Exists(path);

    /// <summary>Whether the user may write to the file or folder.</summary>
    public static bool MayWrite(string path) => OperatingSystem.IsWindows() || IsAccessible(path, Libc.AccessWrites);

    private static bool IsAccessible(string path, int mode) =>
        !path.Contains('\0', StringComparison.Ordinal) && Libc.Access(path, mode) == 0;
}
