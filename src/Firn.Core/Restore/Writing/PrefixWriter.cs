namespace Firn.Restore.Writing;

/// <summary>
/// Takes the files of a restored prefix, one after the other, wherever they go: into a folder, or into a layer of an image.
/// Paths are relative to the prefix.
/// </summary>
internal abstract class PrefixWriter : IDisposable
{
    /// <summary>The length of <see cref="Buffer"/>.</summary>
    public const int BufferLength = 1 << 20;

    /// <summary>Memory for what is written next.</summary>
    public byte[] Buffer => field ??= new byte[BufferLength];

    /// <summary>A folder on the disk for files that are read again before they are written.</summary>
    public abstract TreeWriter Scratch { get; }

    /// <summary>Begins a file.</summary>
    /// <param name="path">Where it goes.</param>
    /// <param name="isExecutable">Whether it may be executed.</param>
    /// <param name="size">Its length in bytes, all of which are appended before it ends.</param>
    /// <returns>False where another file has the path.</returns>
    public abstract bool TryBegin(string path, bool isExecutable, long size);

    /// <summary>Writes the next bytes of the file.</summary>
    public abstract void Append(ReadOnlySpan<byte> content);

    /// <summary>Ends the file.</summary>
    /// <param name="modified">Its time, in seconds since 1970.</param>
    public abstract void End(long modified);

    /// <summary>Sets the time of a Python source that was written.</summary>
    public abstract void SetTime(string path, long modified);

    /// <summary>Makes a folder, where it is not there.</summary>
    public abstract void MakeFolder(string path);

    /// <summary>Removes a file or a link, where there is one.</summary>
    public abstract void Remove(string path);

    /// <summary>Writes a whole file.</summary>
    /// <returns>False where another file has the path.</returns>
    public bool TryWrite(string path, bool isExecutable, ReadOnlySpan<byte> content, long modified)
    {
        if (!TryBegin(path, isExecutable, content.Length))
        {
            return false;
        }

        Append(content);
        End(modified);
        return true;
    }

    public abstract void Dispose();
}
