using Firn.Common.Bundles;
using Firn.Common.Files;
using Firn.Common.Native;
using Firn.Restore.Unpacking;
using Firn.Restore.Writing;
using Microsoft.Win32.SafeHandles;

namespace Firn.Restore.Caching;

/// <summary>What is to be known of a file of the cache before and after it is linked.</summary>
internal static unsafe class CachedFile
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>
    /// Whether the file is the one that was unpacked, as far as its size, its own time and its inode tell;
    /// <see cref="CachedTimes"/> tells the rest.
    /// </summary>
    /// <param name="folder">Its open folder.</param>
    /// <param name="name">Its name, with a NUL behind it.</param>
    /// <param name="size">In bytes.</param>
    /// <param name="time">In seconds since 1970.</param>
    /// <param name="inode">Its number.</param>
    /// <param name="stat">What the file system says of it.</param>
    public static bool IsAsListed(int folder, byte* name, long size, long time, ulong inode, out FileStat stat) =>
        FileStatReader.TryReadAt(folder, name, out stat) && stat.IsRegularFile
        && stat.Size == size && stat.Inode == inode && stat.ModifiedSeconds == time && stat.ModifiedNanoseconds == 0;

    /// <summary>Takes the rights back that somebody gave to a file through one of its names; its bytes were compared.</summary>
    /// <returns>Whether it has the mode that it was unpacked with.</returns>
    public static bool TryMendMode(string path, bool isExecutable)
    {
        if (OperatingSystem.IsWindows())
        {
            return true;
        }

        try
        {
            // Its folder has what the umask left of all rights; of those a file of the cache has no right to write.
            var right = File.GetUnixFileMode(Path.GetDirectoryName(path)!) & Readable;
            right |= isExecutable ? (UnixFileMode)((int)right >> 2) : 0;
            if (right != File.GetUnixFileMode(path))
            {
                File.SetUnixFileMode(path, right);
            }

            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Whether the file system does not make the link, but may copy: EXDEV, EPERM, EMLINK, and those without links.</summary>
    public static bool IsRefused(int error) =>
        error is Errno.CrossDevice or Errno.NotPermitted or Errno.TooManyNames
        || error == Errno.NotSupported || error == Errno.NotImplemented;
}

/// <summary>Brings files of the cache into a tree that are not linked. Each was checked just before.</summary>
internal sealed class CachedFileCopier(CacheMode use, TreeWriter writer, RestoreJournal output)
{
    private readonly byte[] _buffer = new byte[64 * 1024];

    /// <summary>Clones the file, or copies it.</summary>
    /// <param name="files">Where the bundle's files are.</param>
    /// <param name="tag">The tag, where it is bytecode.</param>
    /// <param name="member">The file.</param>
    public void Copy(string files, string? tag, CachedMember member)
    {
        using var file = Open(Path.Join(files, member.Path), tag);
        if (!writer.TryBegin(member.Place, member.IsExecutable))
        {
            output.AddConflict(member.Place);
            return;
        }

        if (use.Mode == LinkMode.Reflink && member.Size > 0)
        {
            var error = writer.Clone((int)file.DangerousGetHandle());
            if (error == 0)
            {
                writer.End(member.Time);
                output.Counts.Add(LinkMode.Reflink, 1, member.Size);
                return;
            }

            use.FallBack(WriteFailure.Reason(error));
        }

        for (var offset = 0L; RandomAccess.Read(file, _buffer, offset) is var count and > 0; offset += count)
        {
            writer.Append(_buffer.AsSpan(0, count));
        }

        writer.End(member.Time);
        output.Counts.Add(LinkMode.Copy, 1, member.Size);
    }

    /// <summary>Writes a file that each prefix has its own form of.</summary>
    /// <param name="files">Where the bundle's files are.</param>
    /// <param name="tag">The tag, where it is bytecode.</param>
    /// <param name="package">Writes it.</param>
    /// <param name="place">Where it goes, relative to the restored prefix.</param>
    /// <param name="entry">What the bundle says of it.</param>
    public static void WriteTreated(string files, string? tag, PackageWriter package, string place, BundleEntry entry)
    {
        var path = Path.Join(files, entry.Path);
        if (entry.Placeholder is not null && entry.Size > BundleUnpacker.MostInMemory)
        {
            using var raw = FileByteSource.Open(path, out _) ?? throw new CacheDamageException(path, tag);
            package.WriteLarge(place, entry, raw);
            return;
        }

        using var file = Open(path, tag);
        var content = new byte[entry.Size];
        for (var offset = 0; offset < content.Length && RandomAccess.Read(file, content.AsSpan(offset), offset) is var count and > 0;)
        {
            offset += count;
        }

        var treatment = package.TreatmentOf(entry.Path, entry.PrefixOffsets, entry.Placeholder);
        treatment = treatment == MemberTreatment.Plain && package.MayBeScript(entry.Path) ? MemberTreatment.Script : treatment;
        package.WriteTreated(entry.Path, place, treatment, entry, content);
    }

    private static SafeFileHandle Open(string path, string? tag) =>
        BoundedFile.Open(path, out _) ?? throw new CacheDamageException(path, tag);
}

/// <summary>A file of an unpacked bundle that is not simply linked.</summary>
/// <param name="Path">Its path in the bundle.</param>
/// <param name="Place">Where it goes, relative to the restored prefix.</param>
/// <param name="IsExecutable">Whether it may be executed.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Time">In seconds since 1970.</param>
internal sealed record CachedMember(string Path, string Place, bool IsExecutable, long Size, long Time);
