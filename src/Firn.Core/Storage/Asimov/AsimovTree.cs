using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Native;
using Firn.Storage.Layout;

namespace Firn.Storage.Asimov;

/// <summary>
/// The files of an asimov store while it is written. Each change leaves what its manifest says true: bytes are put in
/// place by renaming, and a name that is to show another content leaves the old one under its uuid until the new manifest
/// is there.
/// </summary>
/// <param name="root">The store's folder.</param>
internal sealed class AsimovTree(string root)
{
    private const UnixFileMode ReadOnly = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <exception cref="FirnException">A link is on the way: what it leads to is none of the export's.</exception>
    public string PathOf(string eventName, string production, string name)
    {
        var path = Path.Join(root, eventName, production, name);
        MustBeWithin(path);
        return path;
    }

    /// <exception cref="FirnException">A folder on the way from the store's folder is a link.</exception>
    public void MustBeWithin(string path)
    {
        if (StoreTree.FindLink(root, path) is { } link)
        {
            throw new FirnException($"cannot write {path}: {link} is a link to another folder", "put the folder itself there, or name another place");
        }
    }

    /// <summary>Whether a file has the content; it is read.</summary>
    public bool Has(AsimovFile file)
    {
        var path = PathOf(file.Event, file.Production, file.FileName);
        return FileStatReader.TryRead(path, out var stat) && stat.IsRegularFile && stat.Size == file.Size
            && DigestOf(path) == file.Digest;
    }

    /// <summary>Whether the uuid leads to the file.</summary>
    public bool HasAlias(AsimovFile file)
    {
        var alias = PathOf(file.Event, file.Production, file.Uuid);
        return RealPath.LinkTarget(alias) == file.FileName
            || (FileStatReader.TryRead(alias, out var stat) && stat.IsRegularFile && stat.Size == file.Size && DigestOf(alias) == file.Digest);
    }

    /// <summary>Copies a file out of the store and makes it durable; it is verified before it gets its name.</summary>
    /// <exception cref="FirnException">The object is missing or damaged, or the folder cannot be written to.</exception>
    public void Write(Store store, AsimovFile file, CancellationToken cancellation)
    {
        var path = PathOf(file.Event, file.Production, file.FileName);
        Guarded(path, () =>
        {
            Fsync.CreateFolders(Path.GetDirectoryName(path)!);
            var temporary = $"{path}.firn-{Guid.NewGuid():N}.tmp";
            try
            {
                Copy(store, file, temporary, cancellation);
                File.Move(temporary, path, overwrite: true);
            }
            finally
            {
                File.Delete(temporary);
            }
        });
    }

    /// <summary>Makes the uuid lead to the file, as a relative link.</summary>
    public void WriteAlias(AsimovFile file)
    {
        var alias = PathOf(file.Event, file.Production, file.Uuid);
        Guarded(alias, () =>
        {
            var temporary = $"{alias}.firn-{Guid.NewGuid():N}.tmp";
            File.CreateSymbolicLink(temporary, file.FileName);
            File.Move(temporary, alias, overwrite: true);
        });
    }

    /// <summary>Before a name gets another content: the old uuid keeps the old one, as a file of its own.</summary>
    public void KeepUnderUuid(string eventName, string production, string name, string uuid)
    {
        var path = PathOf(eventName, production, name);
        var alias = PathOf(eventName, production, uuid);
        if (RealPath.LinkTarget(alias) is null || !File.Exists(path))
        {
            return;
        }

        Guarded(alias, () =>
        {
            var temporary = $"{alias}.firn-{Guid.NewGuid():N}.tmp";
            if (FileNames.Link(path, temporary) != 0)
            {
                File.Copy(path, temporary);
            }

            File.Move(temporary, alias, overwrite: true);
        });
    }

    /// <summary>Removes a file, and its folders where they are empty then.</summary>
    public void Remove(string eventName, string production, string name)
    {
        var path = PathOf(eventName, production, name);
        Guarded(path, () =>
        {
            File.Delete(path);
            RemoveIfEmpty(Path.GetDirectoryName(path)!);
            RemoveIfEmpty(Path.Join(root, eventName));
        });
    }

    private static void Copy(Store store, AsimovFile file, string target, CancellationToken cancellation)
    {
        using var handle = File.OpenHandle(target, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        using var md5 = new Md5Hasher();
        long offset = 0;
        store.Files.CopyTo(
            file.Digest,
            content =>
            {
                RandomAccess.Write(handle, content, offset);
                md5.Append(content);
                offset += content.Length;
            },
            cancellation);
        if (md5.Finish() is var found && found != file.Md5)
        {
            throw new FirnException(
                $"{file.Title} has the MD5 {found}, its record says {file.Md5}",
                "add the file again: asimov compares this digest",
                FailureKind.Different);
        }

        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(handle, ReadOnly);
        }

        RandomAccess.FlushToDisk(handle);
    }

    private static Sha256Digest? DigestOf(string path)
    {
        using var handle = BoundedFile.Open(path, out _);
        return handle is null ? null : Sha256Digest.OfFile(handle);
    }

    private static void RemoveIfEmpty(string folder)
    {
        if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
        {
            Directory.Delete(folder);
        }
    }

    internal static void Guarded(string path, Action write)
    {
        try
        {
            write();
        }
        catch (Exception exception) when (StoreFailure.IsExpected(exception))
        {
            throw new FirnException(
                $"cannot write {path}: {Errno.Reason(exception)}",
                "name a folder that you may write to and that has room",
                innerException: exception);
        }
    }
}
