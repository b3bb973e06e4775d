using Firn.Common;
using Firn.Conda.Linking;
using Firn.Restore.Results;
using Firn.Restore.Unpacking;
using Firn.Restore.Writing;
using Firn.Storage.Bundles;
using Microsoft.Win32.SafeHandles;

namespace Firn.Restore.Caching;

/// <summary>Brings files of the cache into a tree that are not linked. Each was checked just before.</summary>
internal sealed class CachedFileCopier(CacheUse use, TreeWriter writer, UnpackOutput output)
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
