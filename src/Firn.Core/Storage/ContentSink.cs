namespace Firn.Storage;

/// <summary>Takes the next bytes of a content.</summary>
internal delegate void ContentSink(ReadOnlySpan<byte> content);
