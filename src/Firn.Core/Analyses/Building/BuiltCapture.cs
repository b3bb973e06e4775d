using Firn.Captures;

namespace Firn.Analyses.Building;

/// <summary>The environment of an analysis as it was when the analysis was built.</summary>
/// <param name="Capture">The environment.</param>
/// <param name="Document">Its document.</param>
/// <param name="Time">When it was written.</param>
/// <param name="Files">Its files; <see langword="null"/> where a firn of before built it.</param>
internal sealed record BuiltCapture(Capture Capture, ReadOnlyMemory<byte> Document, DateTimeOffset Time, BuiltFiles? Files);
