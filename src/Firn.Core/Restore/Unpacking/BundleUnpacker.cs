using Firn.Archives.Documents;
using Firn.Common;
using Firn.Common.Bundles;
using Firn.Common.Files;
using Firn.Common.Tar;
using Firn.Python.Installation;
using Firn.Restore.Planning;
using Firn.Restore.Writing;
using Firn.Storage.Bundles;

namespace Firn.Restore.Unpacking;

/// <summary>Writes the members of bundles as they stream by; each thread has its own.</summary>
/// <param name="folders">The tree.</param>
/// <param name="writer">The thread's own writer into it.</param>
/// <param name="output">What comes beside the files.</param>
internal sealed class BundleUnpacker(TreeFolders folders, TreeWriter writer, RestoreJournal output)
{
    /// <summary>The largest file that is held in memory to put a prefix into it.</summary>
    public const int MostTreated = 1 << 30;

    /// <summary>The largest file of conda that is held in memory to put a prefix into it.</summary>
    public const int MostInMemory = 16 << 20;

    private readonly byte[] _buffer = new byte[1 << 20];

    /// <summary>Writes all members of a bundle.</summary>
    /// <param name="reader">The bundle.</param>
    /// <param name="job">The package that it belongs to.</param>
    /// <param name="package">Writes its files.</param>
    /// <param name="cancellation">Stops before the next member.</param>
    public void Unpack(BundleReader reader, PackageRestore job, PackageWriter package, CancellationToken cancellation)
    {
        var shipped = job.Package.Kind == ArchivedPackageKind.Conda ? new ShippedBytecode() : null;
        while (reader.MoveNext())
        {
            cancellation.ThrowIfCancellationRequested();
            var entry = reader.Current;
            if (package.Paths.Of(entry.Path) is not { } path)
            {
                continue;
            }

            switch (entry.Kind)
            {
                case TarEntryKind.Directory:
                    folders.Make(path);
                    break;
                case TarEntryKind.Link:
                    BundleLinks.Take(job, entry, path, output);
                    break;
                default:
                    WriteFile(reader, entry, path, package, shipped);
                    break;
            }
        }

        shipped?.SetTimes(package, writer);
    }

    /// <summary>Writes the bytecode of a package whose bundle was just written, with the times that its sources have now.</summary>
    public void UnpackBytecode(BundleReader reader, PackageWriter package, CancellationToken cancellation)
    {
        while (reader.MoveNext())
        {
            cancellation.ThrowIfCancellationRequested();
            var entry = reader.Current;
            // The bytecode of a source that holds the prefix holds the old one.
            if (entry.Kind != TarEntryKind.File
                || PycName.SourceOf(entry.Path, out var tag) is not { } source
                || !package.SourceTimes.TryGetValue(source, out var time)
                || package.Paths.Of(entry.Path) is not { } path)
            {
                continue;
            }

            var content = reader.ReadPiece();
            if (content.Length < entry.Size)
            {
                content = Complete(reader, entry, content);
            }

            new PycHeader(tag).SetTime(content, time);
            package.Write(path, isExecutable: false, content, FileTimes.Usual);
            package.AddBytecodeRow(path);
        }
    }

    private void WriteFile(
        BundleReader reader, BundleEntry entry, string path, PackageWriter package, ShippedBytecode? shipped)
    {
        var treatment = package.TreatmentOf(entry.Path, entry.PrefixOffsets, entry.Placeholder);
        if (treatment == MemberTreatment.Placeholder && entry.Size > MostInMemory)
        {
            WriteLarge(reader, entry, path, package);
            return;
        }

        if (treatment != MemberTreatment.Plain)
        {
            package.WriteTreated(entry.Path, path, treatment, entry, ReadWhole(reader, entry));
            return;
        }

        // Nearly every file lies in the reader's memory as a whole.
        ReadOnlySpan<byte> piece = reader.ReadPiece();
        if (piece.Length < entry.Size && entry.Size <= _buffer.Length)
        {
            piece = Complete(reader, entry, piece);
        }

        if (package.MayBeScript(entry.Path) && ShebangWriter.IsPlaceholder(piece))
        {
            var script = new byte[CheckedLength(entry)];
            piece.CopyTo(script);
            ReadRest(reader, entry, script, piece.Length);
            package.WriteTreated(entry.Path, path, MemberTreatment.Script, entry, script);
        }
        else if (piece.Length == entry.Size)
        {
            shipped?.Note(entry.Path, path, piece, entry.Size);
            if (package.IsEdited(entry.Path))
            {
                package.NoteContent(path, Sha256Digest.Of(piece), entry.Size);
            }

            package.Write(path, entry.IsExecutable, piece, package.TimeOf(entry.Path, piece));
        }
        else
        {
            shipped?.Note(entry.Path, path, piece, entry.Size);
            Stream(reader, entry, path, package, piece);
        }
    }

    /// <summary>Writes a large file piece by piece.</summary>
    private void Stream(
        BundleReader reader, BundleEntry entry, string path, PackageWriter package, ReadOnlySpan<byte> piece)
    {
        if (!writer.TryBegin(path, entry.IsExecutable))
        {
            output.AddConflict(path);
            return;
        }

        using var hasher = FileTimes.IsSource(entry.Path) || package.IsEdited(entry.Path) ? new Sha256Hasher() : null;
        while (piece.Length > 0)
        {
            hasher?.Append(piece);
            writer.Append(piece);
            piece = reader.ReadPiece();
        }

        var digest = hasher?.Finish();
        var time = FileTimes.IsSource(entry.Path) ? FileTimes.OfSource(digest!) : FileTimes.Usual;
        writer.End(time);
        if (FileTimes.IsSource(entry.Path))
        {
            package.Remember(entry.Path, time);
        }

        if (package.IsEdited(entry.Path))
        {
            package.NoteContent(path, digest!, entry.Size);
        }

        output.Counts.Add(LinkMode.Copy, 1, entry.Size);
    }

    /// <summary>A prefix can be put only into bytes that can be read in any order: they go to a file of their own first.</summary>
    private void WriteLarge(BundleReader reader, BundleEntry entry, string path, PackageWriter package)
    {
        var raw = $".firn-raw-{Environment.CurrentManagedThreadId}";
        if (!writer.TryBegin(raw, isExecutable: false))
        {
            throw new FirnException($"cannot restore {raw}: the name is taken", "the archive was not made by firn: archive the environment again");
        }

        for (var piece = reader.ReadPiece(); piece.Length > 0; piece = reader.ReadPiece())
        {
            writer.Append(piece);
        }

        writer.End(FileTimes.Usual);
        using (var source = FileByteSource.Open(Path.Join(folders.Path, raw), out _)
            ?? throw new FirnException($"cannot read {Path.Join(folders.Path, raw)}, which was just written", "restore again"))
        {
            package.WriteLarge(path, entry, source);
        }

        writer.Remove(raw);
    }

    /// <summary>The whole content behind its first piece.</summary>
    private Span<byte> Complete(BundleReader reader, BundleEntry entry, ReadOnlySpan<byte> piece)
    {
        var content = entry.Size <= _buffer.Length ? _buffer : new byte[CheckedLength(entry)];
        piece.CopyTo(content);
        ReadRest(reader, entry, content, piece.Length);
        return content.AsSpan(0, (int)entry.Size);
    }

    private static byte[] ReadWhole(BundleReader reader, BundleEntry entry)
    {
        var content = new byte[CheckedLength(entry)];
        ReadRest(reader, entry, content, 0);
        return content;
    }

    private static void ReadRest(BundleReader reader, BundleEntry entry, byte[] content, int from)
    {
        while (from < entry.Size)
        {
            from += reader.Read(content.AsSpan(from, (int)entry.Size - from));
        }
    }

    private static int CheckedLength(BundleEntry entry) => entry.Size <= MostTreated
        ? (int)entry.Size
        : throw new FirnException(
            $"{entry.Path} has {entry.Size} bytes, too many to put a prefix into it",
            "the bundle was not made by firn: archive the environment again");
}

/// <summary>
/// Bytecode that a package itself ships: its source gets the time that the header names, so that both stay as published
/// and Python trusts one for the other.
/// </summary>
internal sealed class ShippedBytecode
{
    private readonly Dictionary<string, long> _times = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _namedSizes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _sizes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _paths = new(StringComparer.Ordinal);

    /// <summary>Notes a member: bytecode for its source, a source for its place.</summary>
    /// <param name="member">The path in the bundle.</param>
    /// <param name="path">The place, relative to the restored prefix.</param>
    /// <param name="start">At least the first bytes.</param>
    /// <param name="size">How many there are.</param>
    public void Note(string member, string path, ReadOnlySpan<byte> start, long size)
    {
        if (PycName.SourceOf(member, out var tag) is { } source)
        {
            if (new PycHeader(tag).SourceOf(start) is { } named)
            {
                _times[source] = named.Time;
                _namedSizes[source] = named.Size;
            }
        }
        else if (FileTimes.IsSource(member))
        {
            _paths[member] = path;
            _sizes[member] = size;
        }
    }

    /// <summary>Gives the sources their times, when all members are written.</summary>
    public void SetTimes(PackageWriter package, TreeWriter writer)
    {
        foreach (var (source, time) in _times)
        {
            // A source that holds the prefix is another one than the bytecode was made from.
            if (package.SourceTimes.ContainsKey(source) && _paths.TryGetValue(source, out var path)
                && _sizes[source] == _namedSizes[source])
            {
                writer.SetTime(path, time);
                package.Remember(source, time);
            }
        }
    }
}

/// <summary>Takes the symbolic links of bundles. All are made when every file is there, so nothing is written through one.</summary>
internal static class BundleLinks
{
    /// <summary>Whether the problem is of what was not archived, a link that leads out, or a file behind one: what was made is not whole.</summary>
    public static bool LeavesOut(Problem problem) => problem.Code is "link-leads-out" or "below-link" or "archive-incomplete";

    /// <summary>
    /// Takes a link. Those of a conda package and of a project are as they were published. Any other that leads out of its
    /// tree is of an archive that an older firn made: it is made to lead where it led when it was archived, and named.
    /// </summary>
    public static void Take(PackageRestore job, BundleEntry entry, string path, RestoreJournal output)
    {
        var target = entry.LinkTarget!;
        var isPublished = job.Package.Kind is ArchivedPackageKind.Conda or ArchivedPackageKind.Project;
        if (!isPublished && BundleEntry.LeadsOut(entry.Path, target))
        {
            var prefix = job.Target.Tree.Prefix;
            target = Path.GetFullPath(target, Path.GetDirectoryName(Path.Join(prefix, entry.Path)) ?? prefix);
            if (job.Package.Kind != ArchivedPackageKind.Interpreter)
            {
                output.AddProblem(new Problem(
                    "link-leads-out",
                    Path.Join(job.Target.Prefix, job.Target.Root.Length == 0 ? path : path[(job.Target.Root.Length + 1)..]),
                    $"a link to {target}{(Path.Exists(target) ? string.Empty : ", where nothing is now")}: what it led to was not archived"));
            }
        }

        output.AddLink(new PendingSymlink(path, target, job.Rank));
    }
}
