namespace Firn.Git;

/// <summary>What git does to a file before it becomes a blob (git: convert.c, <c>convert_attrs</c>).</summary>
/// <param name="MayNormalize">Whether CRLF may become LF.</param>
/// <param name="IsLargeFile">Whether Git LFS puts a pointer in its place.</param>
/// <param name="IsForeign">Whether something happens that only git or another program can do.</param>
internal readonly record struct GitConversion(bool MayNormalize, bool IsLargeFile, bool IsForeign)
{
    /// <summary>Whether the blob is the file as it is.</summary>
    public bool IsNone => !MayNormalize && !IsLargeFile && !IsForeign;

    /// <summary>What the attributes and the configuration ask for.</summary>
    public static GitConversion Of(Dictionary<string, string?> attributes, GitConfig config)
    {
        var text = attributes.GetValueOrDefault("text") ?? attributes.GetValueOrDefault("crlf");
        var normalizes = text is null
            ? attributes.GetValueOrDefault("eol") is not null || IsAutomatic(config.Get("core.autocrlf"))
            : text != GitAttributeFile.Unset;
        var filter = attributes.GetValueOrDefault("filter");
        var isLargeFile = filter == "lfs";
        var hasProgram = filter is not null && !isLargeFile
            && (config.Get($"filter.{filter}.clean") is { Length: > 0 }
                || config.Get($"filter.{filter}.process") is { Length: > 0 });
        var isForeign = hasProgram
            || attributes.GetValueOrDefault("ident") == GitAttributeFile.Set
            || attributes.GetValueOrDefault("working-tree-encoding") is not (null or GitAttributeFile.Unset);
        return new GitConversion(normalizes, isLargeFile, isForeign);
    }

    private static bool IsAutomatic(string? value) =>
        value is not null
        && (string.Equals(value, "input", StringComparison.OrdinalIgnoreCase) || GitConfig.Boolean(value) == true);
}
