using Firn.Common;

namespace Firn.Fetching;

/// <summary>A file that is here and is what was asked for. Disposing removes it, unless it is a local file of the user's.</summary>
internal sealed class FetchedFile(string path, FileDigests digests, bool isTemporary) : IDisposable
{
    public string Path { get; } = path;

    public Sha256Digest Sha256 { get; } = digests.Sha256;

    /// <summary>32 lower-case hexadecimal digits.</summary>
    public string Md5 { get; } = digests.Md5;

    public long Size { get; } = digests.Size;

    /// <summary>Whether it was downloaded; a local file is used where it lies.</summary>
    public bool IsTemporary { get; } = isTemporary;

    public void Dispose()
    {
        if (IsTemporary)
        {
            TemporaryFile.Remove(Path);
        }
    }
}
