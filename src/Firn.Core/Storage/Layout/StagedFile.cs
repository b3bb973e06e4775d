using Firn.Common;
using Firn.Common.Native;
using Microsoft.Win32.SafeHandles;

namespace Firn.Storage.Layout;

/// <summary>
/// A file that is written in the store's <c>tmp</c> and then put in its place, so that nobody sees half of one. What a
/// killed process leaves there has no name that anybody looks for.
/// </summary>
internal sealed class StagedFile : IDisposable
{
    private const UnixFileMode ReadBits = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private readonly string _store;
    private SafeFileHandle? _handle;
    private bool _isGone;

    private StagedFile(string store, string path)
    {
        _store = store;
        Path = path;
    }

    /// <summary>Where it lies until it is placed.</summary>
    public string Path { get; }

    public long Length { get; private set; }

    /// <summary>Starts a file.</summary>
    /// <param name="store">The store's folder.</param>
    /// <param name="kind">What it will be, the start of its name.</param>
    /// <exception cref="FirnException">The store cannot be written to.</exception>
    public static StagedFile Create(string store, string kind)
    {
        var folder = System.IO.Path.Join(store, StoreLayout.Temporary);
        var file = new StagedFile(store, System.IO.Path.Join(folder, $"{kind}-{UniqueId.Next()}"));
        try
        {
            file._handle = StoreTree.CreateFile(store, file.Path);
        }
        catch (Exception exception) when (StoreFailure.IsExpected(exception))
        {
            throw StoreFailure.OfWriting(store, file.Path, exception);
        }

        return file;
    }

    /// <summary>Takes the next bytes.</summary>
    public void Write(ReadOnlySpan<byte> content)
    {
        try
        {
            RandomAccess.Write(_handle!, content, Length);
            Length += content.Length;
        }
        catch (Exception exception) when (StoreFailure.IsExpected(exception))
        {
            throw StoreFailure.OfWriting(_store, Path, exception);
        }
    }

    /// <summary>Nothing follows: checks the size, makes it read-only, and durable where that is asked for.</summary>
    /// <param name="durably">Whether it is on the disk when this returns.</param>
    /// <param name="readers">Who may read it at most, besides its owner; <see langword="null"/> for all whom the umask lets.</param>
    public void Seal(bool durably, UnixFileMode? readers = null)
    {
        try
        {
            var handle = _handle!;
            if (RandomAccess.GetLength(handle) != Length)
            {
                throw new IOException("the file system kept fewer bytes than were written");
            }

            if (!OperatingSystem.IsWindows())
            {
                // What the umask allows the others to read stays theirs to read.
                File.SetUnixFileMode(
                    handle, File.GetUnixFileMode(handle) & ReadBits & (readers is { } some ? some | UnixFileMode.UserRead : ReadBits));
            }

            if (durably)
            {
                RandomAccess.FlushToDisk(handle);
            }

            handle.Dispose();
        }
        catch (Exception exception) when (StoreFailure.IsExpected(exception))
        {
            throw StoreFailure.OfWriting(_store, Path, exception);
        }
    }

    /// <summary>Puts it in its place, also over what is there.</summary>
    public void MoveTo(string path)
    {
        try
        {
            if (StoreTree.Rename(_store, Path, path) is > 0 and var error)
            {
                throw FileNames.Failure(error);
            }

            _isGone = true;
        }
        catch (Exception exception) when (StoreFailure.IsExpected(exception))
        {
            throw StoreFailure.OfWriting(_store, path, exception);
        }
    }

    /// <summary>Puts it in its place if nothing is there, in one step that only one writer can win.</summary>
    /// <returns>Whether it is there now.</returns>
    public bool TryPlace(string path)
    {
        try
        {
            return StoreTree.TryTake(_store, Path, path);
        }
        catch (Exception exception) when (StoreFailure.IsExpected(exception))
        {
            throw StoreFailure.OfWriting(_store, path, exception);
        }
    }

    /// <summary>Removes it from <c>tmp</c>, unless it was moved.</summary>
    public void Dispose()
    {
        _handle?.Dispose();
        if (_isGone)
        {
            return;
        }

        try
        {
            StoreTree.Delete(_store, Path);
        }
        catch (Exception exception) when (exception is FirnException || StoreFailure.IsExpected(exception))
        {
            // What is left in tmp does no harm: gc removes it.
        }

        _isGone = true;
    }
}
