namespace Firn.Storage.Results;

/// <summary>A file that is to be added to a run.</summary>
/// <param name="Path">Where it is, absolute.</param>
/// <param name="Name">Its name in the run.</param>
/// <param name="Size">In bytes, when it was found.</param>
internal sealed record ResultSource(string Path, string Name, long Size);
