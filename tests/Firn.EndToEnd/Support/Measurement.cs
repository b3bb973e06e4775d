namespace Firn.EndToEnd.Support;

/// <summary>What a program did, and what it took: memory, and processor time, which does not grow with what runs beside it.</summary>
internal sealed record Measurement(ProcessResult Result, int PeakMegabytes, TimeSpan Processor);
