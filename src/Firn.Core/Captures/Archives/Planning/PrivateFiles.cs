using Firn.Common.Files;

namespace Firn.Captures.Archives.Planning;

/// <summary>
/// Files that others may not read in an environment that they may: somebody keeps them from others, and an archive, which
/// gives files no such modes, would not. A program that nobody else may start is none.
/// </summary>
internal static class PrivateFiles
{
    private const uint OfGroup = 0x20;
    private const uint OfOthers = 0x4;

    /// <summary>Whether others may read an environment.</summary>
    public static bool IsPublic(string root) => FileStatReader.TryRead(root, out var stat) && (stat.Mode & OfOthers) != 0;

    /// <summary>Why a file is left out of a public environment; <see langword="null"/> where it is not.</summary>
    public static string? ReasonAgainst(in FileStat stat) =>
        !stat.IsRegularFile || stat.IsExecutable || (stat.Mode & OfOthers) != 0 ? null
        : (stat.Mode & OfGroup) == 0 ? "only its owner may read it"
        : "only its owner and group may read it";
}
