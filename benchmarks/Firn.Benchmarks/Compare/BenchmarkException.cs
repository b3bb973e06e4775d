namespace Firn.Benchmarks.Compare;

/// <summary>The comparison cannot be made; the message says why.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);
