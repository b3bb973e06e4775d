namespace Firn.Captures.Archives;

/// <summary>The words of docs/formats/archive.md, in the order of the enumerations' members.</summary>
internal static class ArchiveWords
{
    private static readonly string[] PackageKinds = ["interpreter", "conda", "distribution", "project", "files"];
    private static readonly string[] TreeKinds = ["plain", "virtual-environment", "conda", "system"];

    public static string Of(ArchivedPackageKind kind) => PackageKinds[(int)kind];

    public static string Of(ArchivedTreeKind kind) => TreeKinds[(int)kind];

    /// <exception cref="FormatException">The word is not known: a restore that guesses would be wrong.</exception>
    public static ArchivedPackageKind PackageKind(string word) => (ArchivedPackageKind)Index(PackageKinds, word);

    /// <exception cref="FormatException">The word is not known.</exception>
    public static ArchivedTreeKind TreeKind(string word) => (ArchivedTreeKind)Index(TreeKinds, word);

    private static int Index(string[] words, string word)
    {
        var index = Array.IndexOf(words, word);
        return index >= 0 ? index : throw new FormatException($"the kind `{word}` is not known");
    }
}
