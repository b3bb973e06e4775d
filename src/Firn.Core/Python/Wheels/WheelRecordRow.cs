namespace Firn.Python.Wheels;

/// <summary>What RECORD says of a file.</summary>
/// <param name="Hash">As recorded, <c>sha256=DIGEST</c>; empty where none is.</param>
/// <param name="Size">In bytes; -1 where none is.</param>
internal readonly record struct WheelRecordRow(string Hash, long Size);
