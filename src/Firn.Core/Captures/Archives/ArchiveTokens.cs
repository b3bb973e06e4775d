namespace Firn.Captures.Archives;

/// <summary>What stands for folders of one installation in the texts of an archive, always at a path boundary.</summary>
internal static class ArchiveTokens
{
    /// <summary>The environment's prefix; also the placeholder in bundles.</summary>
    public const string Prefix = "/@firn-prefix@";

    /// <summary>The prefix of the interpreter under a virtual environment.</summary>
    public const string Base = "/@firn-base@";

    /// <summary>The folder of an editable install's project.</summary>
    public static string Project(string canonicalName) => $"/@firn-project:{canonicalName}@";
}
