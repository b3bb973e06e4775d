namespace Firn.Captures;

/// <summary>One file of a capture before it is written.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Content">Its bytes.</param>
public sealed record CaptureFile(string Name, ReadOnlyMemory<byte> Content);
