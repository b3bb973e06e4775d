namespace Firn.Captures.Archives.Planning;

/// <summary>A folder elsewhere that a link of a tree leads to; its files are archived in the link's place.</summary>
/// <param name="Path">The link, relative to the tree's root.</param>
/// <param name="Folder">The folder, absolute, links followed.</param>
internal sealed record LinkedFolder(string Path, string Folder)
{
    /// <summary>Whether it stands for one that environments are made of, as site-packages: all in it is the environment's.</summary>
    public bool IsOwn { get; } = IsOwnPath(Path);

    private static bool IsOwnPath(string path)
    {
        var names = path.Split('/');
        return path is "bin" or "include"
            || (names[0] is "lib" or "lib64"
                && (names.Length == 1
                    || (names[1].StartsWith("py", StringComparison.Ordinal)
                        && (names.Length == 2 || (names.Length == 3 && names[2] is "site-packages" or "dist-packages")))));
    }
}
