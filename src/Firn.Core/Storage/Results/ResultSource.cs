namespace Firn.Storage.Results;

/// <summary>A file that is to be added to a run.</summary>
/// <param name="Path">Where it is, absolute; for messages only where <see cref="Content"/> has its bytes.</param>
/// <param name="Name">Its name in the run.</param>
/// <param name="Size">In bytes, when it was found.</param>
internal sealed record ResultSource(string Path, string Name, long Size)
{
    /// <summary>The bytes where they are not in a file.</summary>
    public ReadOnlyMemory<byte>? Content { get; init; }

    /// <summary>A file that is in memory only.</summary>
    public static ResultSource OfBytes(string name, ReadOnlyMemory<byte> content) =>
        new(name, name, content.Length) { Content = content };
}
