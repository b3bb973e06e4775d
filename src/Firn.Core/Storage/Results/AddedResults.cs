using Firn.Storage.Records;

namespace Firn.Storage.Results;

/// <summary>A run that was added.</summary>
/// <param name="Run">The run.</param>
/// <param name="Total">What it keeps, and how much of that the store had already.</param>
internal sealed record AddedResults(StoredRun Run, AddProgress Total);
