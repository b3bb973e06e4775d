namespace Firn.Restore.Caching;

/// <summary>A file of an unpacked bundle that is not simply linked.</summary>
/// <param name="Path">Its path in the bundle.</param>
/// <param name="Place">Where it goes, relative to the restored prefix.</param>
/// <param name="IsExecutable">Whether it may be executed.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Time">In seconds since 1970.</param>
internal sealed record CachedMember(string Path, string Place, bool IsExecutable, long Size, long Time);
