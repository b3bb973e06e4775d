namespace Firn.Common;

/// <summary>The bytes of a file as far as they were read.</summary>
internal readonly struct FileContent(FileReadStatus status, byte[] buffer, int length)
{
    public FileReadStatus Status { get; } = status;

    /// <summary>The bytes; empty unless <see cref="Status"/> is Read or TooLarge.</summary>
    public ReadOnlySpan<byte> Bytes => buffer.AsSpan(0, length);

    /// <summary>The same bytes for parsers that keep them; valid as long as the content is.</summary>
    public ReadOnlyMemory<byte> Memory => buffer.AsMemory(0, length);

    /// <summary>The same bytes for a parser that decodes in place; nobody else may hold the content then.</summary>
    public Span<byte> WritableBytes => buffer.AsSpan(0, length);

    public bool IsComplete => Status == FileReadStatus.Read;

    /// <summary>What to say where the status is not Read, for example "permission denied".</summary>
    public string Reason => Status switch
    {
        FileReadStatus.TooLarge => "larger than the limit",
        FileReadStatus.Missing => "not found",
        FileReadStatus.Denied => "permission denied",
        FileReadStatus.Unreadable => "not a readable file",
        _ => "complete",
    };
}
