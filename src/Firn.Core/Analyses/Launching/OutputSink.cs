namespace Firn.Analyses.Launching;

/// <summary>Takes what a run prints, as it comes.</summary>
/// <param name="content">The bytes, valid until it returns.</param>
/// <returns>Whether anybody still reads.</returns>
internal delegate bool OutputSink(ReadOnlySpan<byte> content);
