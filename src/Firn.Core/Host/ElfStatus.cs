namespace Firn.Host;

/// <summary>How reading an ELF file ended.</summary>
internal enum ElfStatus
{
    /// <summary>The image is there.</summary>
    Read,

    /// <summary>The file has another format, for example a linker script.</summary>
    NotElf,

    /// <summary>A table that the file names lies beyond its end.</summary>
    Truncated,

    /// <summary>The file contradicts itself or passes a limit.</summary>
    Malformed,

    /// <summary>There is no such file.</summary>
    Missing,

    /// <summary>The file cannot be opened or read.</summary>
    Unreadable,
}
