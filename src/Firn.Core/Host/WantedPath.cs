namespace Firn.Host;

/// <summary>A path whose owner is looked for, in one of the spellings that a package list may have.</summary>
internal sealed class WantedPath(byte[] spelling, WantedFile file, WantedPath? next)
{
    /// <summary>UTF-8, without the leading slash.</summary>
    public byte[] Spelling { get; } = spelling;

    public WantedFile File { get; } = file;

    /// <summary>The next one of the same bucket.</summary>
    public WantedPath? Next { get; } = next;

    /// <summary>The package that diverted another one's file to this place does not own it (dpkg-divert(1)).</summary>
    public string? NotBy { get; init; }
}
