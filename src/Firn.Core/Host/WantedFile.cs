namespace Firn.Host;

/// <summary>A file whose owner is looked for.</summary>
internal sealed class WantedFile(string path)
{
    public string Path { get; } = path;

    /// <summary>The owning package as its list is named, for example <c>libc6:amd64</c>.</summary>
    public string? Owner { get; set; }

    /// <summary>The package that diverted all others' files from this path, so that only its own is here.</summary>
    public string? OnlyBy { get; set; }
}
