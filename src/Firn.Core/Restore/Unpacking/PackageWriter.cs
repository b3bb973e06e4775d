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

/// <summary>
/// Writes the files of one package: knows what becomes of each member, those that differ in each installation among them.
/// Whoever reads the bundle, or has it unpacked, hands over the members and then what the installation added.
/// </summary>
/// <param name="job">The package.</param>
/// <param name="writer">The thread's own writer into the prefix.</param>
/// <param name="output">What comes beside the files.</param>
/// <param name="only">
/// The places of the files that are written again, relative to the restored prefix; <see langword="null"/> for all. Links
/// and the counts of large files were noted the first time.
/// </param>
internal sealed class PackageWriter(
    PackageRestore job, PrefixWriter writer, RestoreJournal output, IReadOnlySet<string>? only = null)
{
    /// <summary>The largest file that is held in memory to put a prefix into it.</summary>
    public const int MaxTreated = 1 << 30;

    /// <summary>The largest file of conda that is held in memory to put a prefix into it.</summary>
    public const int MaxInMemory = 16 << 20;

    private readonly MemberPaths _paths = new(job) { Only = only };
    private readonly MemberFiller _filler = new(job, output);
    private readonly PackageInstallation _installation = new(job);
    private readonly bool _keepsTimes = job.Package.HasBytecode || job.Package.Kind == ArchivedPackageKind.Conda;
    private readonly HashSet<string> _edited = EditedOf(job);

    // The times of the sources that were written as they are, by the path of the member.
    private readonly Dictionary<string, long> _sourceTimes = new(StringComparer.Ordinal);

    // What the bytecode that a conda package itself ships says of its sources, and where those are.
    private readonly Dictionary<string, (uint Time, uint Size)> _shipped = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Place, long Size)> _sources = new(StringComparer.Ordinal);

    /// <summary>Whether the place of a folder of members tells theirs; see <see cref="MemberPaths.AreByFolder"/>.</summary>
    public bool AreByFolder => _paths.AreByFolder;

    /// <summary>The place of a member, or of a folder of members; <see langword="null"/> where it is left out.</summary>
    public string? PlaceOf(string member) => _paths.Of(member);

    /// <summary>Whether the member must not be shared with the cache.</summary>
    public bool IsNoLink(string member) => job.Conda is { } conda && conda.IsNoLink(member);

    /// <summary>Whether conda's record says other bytes of the member than those that it has: it is to be told of them.</summary>
    public bool IsEdited(string member) => job.Conda is not null && _edited.Contains(member);

    /// <summary>Writes the member that a reader of the bundle is at.</summary>
    /// <exception cref="FirnException">The bundle promises a placeholder where none is, or the prefix does not fit.</exception>
    public void Write(BundleReader reader)
    {
        var entry = reader.Current;
        if (_paths.Of(entry.Path) is not { } place)
        {
            return;
        }

        switch (entry.Kind)
        {
            case TarEntryKind.Directory:
                MakeFolder(place);
                break;
            case TarEntryKind.Link:
                TakeLink(entry, place);
                break;
            default:
                WriteFile(reader, entry, place);
                break;
        }
    }

    /// <summary>
    /// When all members of the bundle are written, gives sources the times that the bytecode which the package itself ships
    /// names, so that both stay as published and Python trusts one for the other.
    /// </summary>
    public void EndMembers()
    {
        foreach (var (member, named) in _shipped)
        {
            // A source that holds the prefix is another one than the bytecode was made from.
            if (_sourceTimes.ContainsKey(member) && _sources.TryGetValue(member, out var source) && source.Size == named.Size)
            {
                writer.SetTime(source.Place, named.Time);
                Remember(member, named.Time);
            }
        }
    }

    /// <summary>
    /// Writes the bytecode that a reader is at, with the time that its source has now; its package's members are written.
    /// </summary>
    public void WriteBytecode(BundleReader reader)
    {
        var entry = reader.Current;
        // The bytecode of a source that holds the prefix holds the old one.
        if (entry.Kind != TarEntryKind.File
            || PycName.SourceOf(entry.Path, out var tag) is not { } source
            || !_sourceTimes.TryGetValue(source, out var time)
            || _paths.Of(entry.Path) is not { } place)
        {
            return;
        }

        var content = reader.ReadPiece();
        if (content.Length < entry.Size)
        {
            content = Complete(reader, entry, content);
        }

        new PycHeader(tag).SetTime(content, time);
        WriteWhole(place, isExecutable: false, content, FileTimes.Usual);
        AddBytecodeRow(place);
    }

    /// <summary>Makes a folder that is to be there though it is empty.</summary>
    public void MakeFolder(string place) => writer.MakeFolder(place);

    /// <summary>
    /// Takes a symbolic link. All are made when every file is there, so nothing is written through one. Those of a conda
    /// package and of a project are as they were published. Any other that leads out of its tree is of an archive that an
    /// older firn made: it is made to lead where it led when it was archived, and named.
    /// </summary>
    public void TakeLink(BundleEntry entry, string place)
    {
        if (only is not null)
        {
            return;
        }

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
                    Path.Join(job.Target.Prefix, InTree(place)),
                    $"a link to {target}{(Path.Exists(target) ? string.Empty : ", where nothing is now")}: what it led to was not archived"));
            }
        }

        output.AddLink(new PendingSymlink(place, target, job.Rank));
    }

    /// <summary>Writes a member that each prefix may have its own form of.</summary>
    /// <param name="entry">What the bundle says of it.</param>
    /// <param name="place">Where it goes, relative to the restored prefix.</param>
    /// <param name="content">Its bytes in the bundle, which may be changed.</param>
    /// <exception cref="FirnException">As <see cref="Write"/>.</exception>
    public void WriteOwn(BundleEntry entry, string place, byte[] content)
    {
        var treatment = TreatmentOf(entry);
        if (treatment == Treatment.Plain && IsEdited(entry.Path))
        {
            NoteContent(place, Sha256Digest.Of(content), content.Length);
        }

        WriteTreated(entry, place, treatment == Treatment.Plain && MayBeScript(entry.Path) ? Treatment.Script : treatment, content);
    }

    /// <summary>Writes a large member with a placeholder of conda, piece by piece.</summary>
    /// <param name="entry">What the bundle says of it.</param>
    /// <param name="place">Where it goes, relative to the restored prefix.</param>
    /// <param name="raw">Its bytes in the bundle.</param>
    /// <exception cref="FirnException">As <see cref="Write"/>.</exception>
    public void WriteOwn(BundleEntry entry, string place, ByteSource raw)
    {
        using var replaced = _filler.Replace(entry, InTree(place), raw);
        var digest = replaced.Digest();
        NoteContent(place, digest, replaced.Length);
        if (!writer.TryBegin(place, entry.IsExecutable, replaced.Length))
        {
            output.AddConflict(place);
            return;
        }

        replaced.CopyTo(writer.Append);
        writer.End(FileTimes.IsSource(place) ? FileTimes.OfSource(digest) : FileTimes.Usual);
        output.Counts.Add(LinkMode.Copy, 1, replaced.Length);
    }

    /// <summary>Tells conda's record of the bytes that a file has.</summary>
    public void NoteContent(string place, Sha256Digest digest, long length) =>
        _installation.NoteContent(InTree(place), digest, length);

    /// <summary>RECORD gets a row for a bytecode file that is there.</summary>
    public void AddBytecodeRow(string place) => _installation.AddBytecodeRow(InTree(place));

    /// <summary>Writes what the installation added: conda's record, launchers, the installer's files, RECORD.</summary>
    public void Finish()
    {
        foreach (var file in _installation.Files())
        {
            WriteWhole(file.Place, file.IsExecutable, file.Content, FileTimes.Usual);
        }
    }

    private Treatment TreatmentOf(BundleEntry entry) =>
        entry.Placeholder is not null ? Treatment.Placeholder
        : entry.PrefixOffsets.Length > 0 ? Treatment.Prefix
        : entry.Path == _installation.RecordPath ? Treatment.Record
        : Treatment.Plain;

    /// <summary>Whether the member may begin with <c>#!python</c>: that it does, its first bytes tell.</summary>
    private bool MayBeScript(string member) =>
        job.Package.Kind == ArchivedPackageKind.Distribution && member.StartsWith("bin/", StringComparison.Ordinal);

    private void WriteFile(BundleReader reader, BundleEntry entry, string place)
    {
        var treatment = TreatmentOf(entry);
        if (treatment == Treatment.Placeholder && entry.Size > MaxInMemory)
        {
            WriteLarge(reader, entry, place);
            return;
        }

        if (treatment != Treatment.Plain)
        {
            WriteTreated(entry, place, treatment, ReadWhole(reader, entry, []));
            return;
        }

        // Nearly every file lies in the reader's memory as a whole.
        ReadOnlySpan<byte> piece = reader.ReadPiece();
        if (piece.Length < entry.Size && entry.Size <= PrefixWriter.BufferLength)
        {
            piece = Complete(reader, entry, piece);
        }

        if (MayBeScript(entry.Path) && ShebangWriter.IsPlaceholder(piece))
        {
            WriteTreated(entry, place, Treatment.Script, ReadWhole(reader, entry, piece));
            return;
        }

        NoteShipped(entry, place, piece);
        if (piece.Length < entry.Size)
        {
            Stream(reader, entry, place, piece);
            return;
        }

        if (IsEdited(entry.Path))
        {
            NoteContent(place, Sha256Digest.Of(piece), entry.Size);
        }

        WriteWhole(place, entry.IsExecutable, piece, TimeOf(entry.Path, piece));
    }

    /// <summary>Writes a large file piece by piece.</summary>
    private void Stream(BundleReader reader, BundleEntry entry, string place, ReadOnlySpan<byte> piece)
    {
        if (!writer.TryBegin(place, entry.IsExecutable, entry.Size))
        {
            output.AddConflict(place);
            return;
        }

        var isSource = FileTimes.IsSource(entry.Path);
        using var hasher = isSource || IsEdited(entry.Path) ? new Sha256Hasher() : null;
        while (piece.Length > 0)
        {
            hasher?.Append(piece);
            writer.Append(piece);
            piece = reader.ReadPiece();
        }

        var digest = hasher?.Finish();
        var time = isSource ? FileTimes.OfSource(digest!) : FileTimes.Usual;
        writer.End(time);
        if (isSource)
        {
            Remember(entry.Path, time);
        }

        if (IsEdited(entry.Path))
        {
            NoteContent(place, digest!, entry.Size);
        }

        if (only is null)
        {
            output.Counts.Add(LinkMode.Copy, 1, entry.Size);
        }
    }

    /// <summary>A prefix can be put only into bytes that can be read in any order: they go to a file of their own first.</summary>
    private void WriteLarge(BundleReader reader, BundleEntry entry, string place)
    {
        var scratch = writer.Scratch;
        var raw = $".firn-raw-{Environment.CurrentManagedThreadId}";
        if (!scratch.TryBegin(raw, isExecutable: false))
        {
            throw new FirnException($"cannot restore {raw}: the name is taken", "the archive was not made by firn: archive the environment again");
        }

        for (var piece = reader.ReadPiece(); piece.Length > 0; piece = reader.ReadPiece())
        {
            scratch.Append(piece);
        }

        scratch.End(FileTimes.Usual);
        using (var source = FileByteSource.Open(Path.Join(scratch.Folder, raw), out _)
            ?? throw new FirnException($"cannot read {Path.Join(scratch.Folder, raw)}, which was just written", "restore again"))
        {
            WriteOwn(entry, place, source);
        }

        scratch.Remove(raw);
    }

    private void WriteTreated(BundleEntry entry, string place, Treatment treatment, byte[] content)
    {
        if (treatment == Treatment.Record)
        {
            _installation.Record = content;
            return;
        }

        var filled = treatment switch
        {
            Treatment.Script => _filler.FillScript(content),
            Treatment.Prefix => _filler.FillPrefix(entry, place, content),
            Treatment.Placeholder => _filler.FillPlaceholder(entry, InTree(place), content),
            _ => content,
        };
        if (treatment == Treatment.Placeholder)
        {
            // Also where nothing changed: the record still tells of the file at the old prefix.
            NoteContent(place, Sha256Digest.Of(filled), filled.Length);
        }

        var isSame = filled.AsSpan().SequenceEqual(content);
        var time = isSame ? TimeOf(entry.Path, filled)
            : FileTimes.IsSource(entry.Path) ? FileTimes.OfSource(filled)
            : FileTimes.Usual;
        WriteWhole(place, entry.IsExecutable, filled, time);
        if (!isSame && treatment is Treatment.Script or Treatment.Prefix)
        {
            _installation.AddRow(InTree(place), filled);
        }
    }

    /// <summary>Writes a file, and notes the conflict where another package has written it.</summary>
    private void WriteWhole(string place, bool isExecutable, ReadOnlySpan<byte> content, long time)
    {
        if (writer.TryWrite(place, isExecutable, content, time))
        {
            output.Counts.Add(LinkMode.Copy, 1, content.Length);
        }
        else
        {
            output.AddConflict(place);
        }
    }

    /// <summary>The time of a file that is written as it is; a source's is remembered for its bytecode.</summary>
    private long TimeOf(string member, ReadOnlySpan<byte> content)
    {
        if (!FileTimes.IsSource(member))
        {
            return FileTimes.Usual;
        }

        var time = FileTimes.OfSource(content);
        Remember(member, time);
        return time;
    }

    private void Remember(string member, long time)
    {
        if (_keepsTimes)
        {
            _sourceTimes[member] = time;
        }
    }

    /// <summary>Notes shipped bytecode for its source, and a source for its place.</summary>
    /// <param name="entry">The member.</param>
    /// <param name="place">Where it goes, relative to the restored prefix.</param>
    /// <param name="start">At least its first bytes.</param>
    private void NoteShipped(BundleEntry entry, string place, ReadOnlySpan<byte> start)
    {
        if (job.Package.Kind != ArchivedPackageKind.Conda)
        {
            return;
        }

        if (PycName.SourceOf(entry.Path, out var tag) is { } source)
        {
            if (new PycHeader(tag).SourceOf(start) is { } named)
            {
                _shipped[source] = named;
            }
        }
        else if (FileTimes.IsSource(entry.Path))
        {
            _sources[entry.Path] = (place, entry.Size);
        }
    }

    /// <summary>The whole content behind its first piece.</summary>
    private Span<byte> Complete(BundleReader reader, BundleEntry entry, ReadOnlySpan<byte> piece)
    {
        if (entry.Size > PrefixWriter.BufferLength)
        {
            return ReadWhole(reader, entry, piece);
        }

        ReadBehind(reader, entry, piece, writer.Buffer);
        return writer.Buffer.AsSpan(0, (int)entry.Size);
    }

    private static byte[] ReadWhole(BundleReader reader, BundleEntry entry, ReadOnlySpan<byte> piece)
    {
        var content = entry.Size <= MaxTreated
            ? new byte[entry.Size]
            : throw new FirnException(
                $"{entry.Path} has {entry.Size} bytes, too many to put a prefix into it",
                "the bundle was not made by firn: archive the environment again");
        ReadBehind(reader, entry, piece, content);
        return content;
    }

    private static void ReadBehind(BundleReader reader, BundleEntry entry, ReadOnlySpan<byte> piece, byte[] content)
    {
        piece.CopyTo(content);
        for (var from = piece.Length; from < entry.Size;)
        {
            from += reader.Read(content.AsSpan(from, (int)entry.Size - from));
        }
    }

    private static HashSet<string> EditedOf(PackageRestore job)
    {
        var edited = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in job.Package.Edited)
        {
            edited.Add(file.Path);
        }

        edited.UnionWith(job.Package.Conda?.AsInstalled ?? []);
        return edited;
    }

    /// <summary>A place relative to the tree.</summary>
    private string InTree(string place) => job.Target.Root.Length == 0 ? place : place[(job.Target.Root.Length + 1)..];

    /// <summary>What becomes of a member.</summary>
    private enum Treatment
    {
        /// <summary>It is written as it is.</summary>
        Plain,

        /// <summary>It is a distribution's RECORD, and gets the rows of this installation.</summary>
        Record,

        /// <summary>It is a script that begins with <c>#!python</c>, and gets this installation's interpreter.</summary>
        Script,

        /// <summary>It holds Firn's own placeholder of the prefix.</summary>
        Prefix,

        /// <summary>It holds the placeholder of a conda package.</summary>
        Placeholder,
    }
}
