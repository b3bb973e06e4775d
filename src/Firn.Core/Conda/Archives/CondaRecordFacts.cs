using System.Collections.Immutable;

namespace Firn.Conda.Archives;

/// <summary>
/// What a lock or an index says of a package, which goes before what the package says of itself: channels mend
/// dependencies after the build (CEP 32). Credentials in URLs are removed when the record is written.
/// </summary>
internal sealed record CondaRecordFacts
{
    public string? Url { get; init; }

    /// <summary>A URL or a name; where it is missing, the folder of the URL.</summary>
    public string? Channel { get; init; }

    /// <summary>The archive's name; where it is missing, the one it was opened by.</summary>
    public string? FileName { get; init; }

    /// <summary>Hexadecimal digits.</summary>
    public string? Md5 { get; init; }

    /// <summary>Hexadecimal digits.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Of the archive; where it is missing, the length of the file.</summary>
    public long? Size { get; init; }

    public ImmutableArray<string>? Depends { get; init; }

    public ImmutableArray<string>? Constrains { get; init; }

    /// <summary>In seconds or milliseconds.</summary>
    public long? Timestamp { get; init; }

    public string? License { get; init; }

    /// <summary>By which the user asked for it; <see langword="null"/> for a dependency.</summary>
    public string? RequestedSpec { get; init; }
}
