using Firn.Common;
using Firn.Common.Json;
using Firn.Common.Native;

namespace Firn.Storage.Layout;

/// <summary>
/// Keeps gc away from old objects that a record is about to name: their time becomes now, or, where they are another
/// user's, a lease in <c>tmp</c> names them until the record is written.
/// </summary>
internal sealed class StoreLeases(string storePath)
{
    public const string Schema = "firn.lease/1";
    public const string NameStart = "lease-";
    private readonly Lock _lock = new();
    private readonly SortedSet<string> _held = new(StringComparer.Ordinal);
    private string? _path;

    /// <summary>Sets a file's time to now.</summary>
    public static TouchResult TryTouch(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return TryTouchPortably(path);
        }

        return FileNames.Touch(path) switch
        {
            0 => TouchResult.Done,
            Errno.NoEntry => TouchResult.Missing,
            // Whatever else it is, a lease is as good.
            _ => TouchResult.Denied,
        };
    }

    /// <summary>Keeps an object for the record that comes.</summary>
    /// <param name="path">The file whose time counts.</param>
    /// <param name="digest">What the lease names.</param>
    /// <returns>Whether the object is there.</returns>
    /// <exception cref="FirnException">The store takes neither the time nor a lease.</exception>
    public bool TryRefresh(string path, Sha256Digest digest)
    {
        var result = TryTouch(path);
        if (result == TouchResult.Denied)
        {
            Hold([digest]);
            // gc may have removed it before it could see the lease.
            return StoreTree.HasFile(storePath, path);
        }

        return result == TouchResult.Done;
    }

    /// <summary>Names objects in this process's lease, until <see cref="Release"/>.</summary>
    /// <exception cref="FirnException">The store cannot be written to.</exception>
    public void Hold(IReadOnlyList<Sha256Digest> digests)
    {
        if (digests.Count == 0)
        {
            return;
        }

        lock (_lock)
        {
            foreach (var digest in digests)
            {
                _held.Add(digest.ToString());
            }

            _path ??= Path.Join(storePath, StoreLayout.Temporary, $"{NameStart}{Guid.NewGuid():D}.json");
            using var staged = StagedFile.Create(storePath, "lease");
            staged.Write(Write(_held));
            staged.Seal(durably: false);
            staged.MoveTo(_path);
        }
    }

    /// <summary>The record is written: gc follows it now.</summary>
    public void Release()
    {
        lock (_lock)
        {
            if (_path is null)
            {
                return;
            }

            try
            {
                StoreTree.Delete(storePath, _path);
            }
            catch (Exception exception) when (exception is FirnException || StoreFailure.IsExpected(exception))
            {
                // It grows too old to count.
            }

            _path = null;
            _held.Clear();
        }
    }

    private static byte[] Write(IEnumerable<string> objects)
    {
        var json = CanonicalJsonWriter.Document(Schema);
        json.Strings("objects", objects);
        return json.Finish();
    }

    private static TouchResult TryTouchPortably(string path)
    {
        try
        {
            File.SetLastWriteTimeUtc(path, TimeProvider.System.GetUtcNow().UtcDateTime);
            return TouchResult.Done;
        }
        catch (FileNotFoundException)
        {
            return TouchResult.Missing;
        }
        catch (DirectoryNotFoundException)
        {
            return TouchResult.Missing;
        }
        catch (Exception exception) when (StoreFailure.IsExpected(exception))
        {
            return TouchResult.Denied;
        }
    }
}

/// <summary>What came of setting an object's time to now.</summary>
internal enum TouchResult
{
    Done,

    /// <summary>Another user's, or a read-only file system.</summary>
    Denied,

    /// <summary>The object has gone.</summary>
    Missing,
}
