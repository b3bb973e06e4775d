namespace Firn.Common.Files;

/// <summary>The user's folder for what can be made again: <c>FIRN_CACHE</c>, else <c>firn</c> in <c>XDG_CACHE_HOME</c> or <c>~/.cache</c>.</summary>
internal static class CacheFolder
{
    /// <summary>A folder in it, absolute; it need not exist.</summary>
    /// <param name="systemContext">Variables and home.</param>
    /// <param name="name">What is kept there.</param>
    public static string Of(SystemContext systemContext, string name)
    {
        if (systemContext.Variable("FIRN_CACHE") is { } named)
        {
            return Path.Join(Path.GetFullPath(named, systemContext.CurrentDirectory), name);
        }

        // XDG Base Directory Specification: a relative path there is to be ignored.
        var caches = systemContext.Variable("XDG_CACHE_HOME") is { } folder && Path.IsPathFullyQualified(folder)
            ? folder
            : Path.Join(systemContext.HomeDirectory, ".cache");
        return Path.Join(caches, "firn", name);
    }
}
