using Firn.Storage.Records;

namespace Firn.Storage.Results;

/// <summary>A file of a run.</summary>
/// <param name="Resource">The file.</param>
/// <param name="Number">The run's number.</param>
internal sealed record FoundResource(RunResource Resource, int Number);
