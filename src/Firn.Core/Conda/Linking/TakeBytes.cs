namespace Firn.Conda.Linking;

/// <summary>Takes the next bytes of a content; they are valid during the call only.</summary>
internal delegate void TakeBytes(ReadOnlySpan<byte> bytes);
