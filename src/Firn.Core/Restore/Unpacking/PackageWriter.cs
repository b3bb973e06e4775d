using System.Collections.Immutable;
using System.Text;
using Firn.Archives.Documents;
using Firn.Common;
using Firn.Common.Bundles;
using Firn.Common.Files;
using Firn.Conda.Linking;
using Firn.Python.Installation;
using Firn.Restore.Planning;
using Firn.Restore.Writing;

namespace Firn.Restore.Unpacking;

/// <summary>Writes the files of one package, those that differ in each installation among them.</summary>
/// <param name="job">The package.</param>
/// <param name="paths">Where its members go.</param>
/// <param name="writer">The thread's own.</param>
/// <param name="output">What comes beside the files.</param>
internal sealed class PackageWriter(
    PackageRestore job, MemberPaths paths, TreeWriter writer, RestoreJournal output)
{
    private readonly string _executable = Path.Join(job.Target.Prefix, job.Target.Tree.Executable);
    private readonly byte[] _prefix = Encoding.UTF8.GetBytes(job.Target.Prefix);
    private readonly string? _recordPath = job.Package.Distribution is { } distribution
        ? $"{SitePackagesOf(job)}/{distribution.Metadata}/RECORD"
        : null;

    private readonly RestoredRecord _rows = new(SitePackagesOf(job), job.Target.IsWholePython);
    private readonly bool _keepsTimes = job.Package.HasBytecode || job.Package.Kind == ArchivedPackageKind.Conda;
    private readonly Dictionary<string, CondaRestoredFile> _condaFiles = new(StringComparer.Ordinal);
    private readonly HashSet<string> _edited = EditedOf(job);
    private byte[]? _record;

    /// <summary>The times of the sources that were written as they are, by the path of the member.</summary>
    public Dictionary<string, long> SourceTimes { get; } = new(StringComparer.Ordinal);

    public MemberPaths Paths { get; } = paths;

    /// <summary>What is to be done to a member; that a script in <c>bin</c> is one, its first bytes tell.</summary>
    public MemberTreatment TreatmentOf(string member, ImmutableArray<long> offsets, PrefixPlaceholder? placeholder) =>
        placeholder is not null ? MemberTreatment.Placeholder
        : offsets.Length > 0 ? MemberTreatment.Prefix
        : member == _recordPath ? MemberTreatment.Record
        : MemberTreatment.Plain;

    /// <summary>Whether the member may begin with <c>#!python</c>.</summary>
    public bool MayBeScript(string member) =>
        job.Package.Kind == ArchivedPackageKind.Distribution && member.StartsWith("bin/", StringComparison.Ordinal);

    /// <summary>The time of a file that is written as it is; a source's is remembered for its bytecode.</summary>
    public long TimeOf(string member, ReadOnlySpan<byte> content)
    {
        if (!FileTimes.IsSource(member))
        {
            return FileTimes.Usual;
        }

        var time = FileTimes.OfSource(content);
        Remember(member, time);
        return time;
    }

    /// <summary>Whether conda's record says other bytes of the member than those that it has: it is to be told of them.</summary>
    public bool IsEdited(string member) => job.Conda is not null && _edited.Contains(member);

    /// <summary>Whether the member must not be shared with the cache.</summary>
    public bool IsNoLink(string member) => job.Conda is { } conda && conda.IsNoLink(member);

    /// <summary>Tells conda's record of the bytes that a file has.</summary>
    public void NoteContent(string path, Sha256Digest digest, long length) =>
        _condaFiles[InTree(path)] = new CondaRestoredFile(digest, length);

    /// <summary>Remembers the time of a source that was written as it is.</summary>
    public void Remember(string member, long time)
    {
        if (_keepsTimes)
        {
            SourceTimes[member] = time;
        }
    }

    /// <summary>Writes a member that is not written as it is.</summary>
    /// <param name="member">Its path in the bundle.</param>
    /// <param name="path">Its place, relative to the restored prefix.</param>
    /// <param name="treatment">What is to be done to it.</param>
    /// <param name="entry">The rest that the bundle says of it.</param>
    /// <param name="content">Its bytes, which may be changed.</param>
    /// <exception cref="FirnException">The bundle promises a placeholder where none is, or the prefix does not fit.</exception>
    public void WriteTreated(
        string member, string path, MemberTreatment treatment, BundleEntry entry, byte[] content)
    {
        if (treatment == MemberTreatment.Record)
        {
            _record = content;
            return;
        }

        var filled = treatment switch
        {
            MemberTreatment.Script => ShebangWriter.Fill(content, _executable) ?? content,
            MemberTreatment.Prefix => FillPrefix(member, path, content, entry.PrefixOffsets),
            MemberTreatment.Placeholder => FillPlaceholder(member, path, content, entry.Placeholder!),
            _ => content,
        };
        var isSame = filled.AsSpan().SequenceEqual(content);
        var time = isSame ? TimeOf(member, filled)
            : FileTimes.IsSource(member) ? FileTimes.OfSource(filled)
            : FileTimes.Usual;
        Write(path, entry.IsExecutable, filled, time);
        if (_recordPath is not null && !isSame && treatment is MemberTreatment.Script or MemberTreatment.Prefix)
        {
            _rows.Set(InTree(path), filled);
        }
    }

    /// <summary>Writes a large member with a placeholder of conda, piece by piece.</summary>
    /// <param name="path">Its place, relative to the restored prefix.</param>
    /// <param name="entry">What the bundle says of it.</param>
    /// <param name="raw">Its bytes in the bundle.</param>
    /// <exception cref="FirnException">The bundle promises a placeholder where none is, or the prefix does not fit.</exception>
    public void WriteLarge(string path, BundleEntry entry, ByteSource raw)
    {
        using var replaced = Replaced(entry.Path, path, raw, entry.Placeholder!);
        var digest = replaced.Digest();
        NoteContent(path, digest, replaced.Length);
        if (!writer.TryBegin(path, entry.IsExecutable))
        {
            output.AddConflict(path);
            return;
        }

        replaced.CopyTo(writer.Append);
        writer.End(FileTimes.IsSource(path) ? FileTimes.OfSource(digest) : FileTimes.Usual);
        output.Counts.Add(LinkMode.Copy, 1, replaced.Length);
    }

    /// <summary>Writes a file, and notes the conflict where another package has written it.</summary>
    public void Write(string path, bool isExecutable, ReadOnlySpan<byte> content, long time)
    {
        if (writer.TryWrite(path, isExecutable, content, time))
        {
            output.Counts.Add(LinkMode.Copy, 1, content.Length);
        }
        else
        {
            output.AddConflict(path);
        }
    }

    /// <summary>RECORD gets a row for a bytecode file that is there.</summary>
    public void AddBytecodeRow(string path)
    {
        if (job.Package.Distribution is { RecordsBytecode: true })
        {
            _rows.SetWithoutHash(InTree(path));
        }
    }

    /// <summary>Writes what the installation added: launchers, the installer's files, RECORD.</summary>
    public void WriteInstallation()
    {
        WriteCondaRecord();
        if (job.Package.Distribution is not { } distribution)
        {
            return;
        }

        foreach (var launcher in distribution.Launchers)
        {
            var body = job.Target.Tokens.Fill(launcher.Body);
            WriteRecorded(launcher.Path, isExecutable: true, launcher.Interpreter is { } interpreter
                ? ShebangWriter.For(Path.Join(job.Target.Prefix, interpreter)) + body
                : body);
        }

        var folder = $"{SitePackagesOf(job)}/{distribution.Metadata}/";
        foreach (var (name, text) in distribution.InstallerFiles)
        {
            WriteRecorded(folder + name, isExecutable: false, job.Target.Tokens.Fill(text));
        }

        foreach (var row in distribution.LinkFiles)
        {
            AddTextRow($"{SitePackagesOf(job)}/{row}");
        }

        if (_record is not null)
        {
            Write(job.Target.Below(_recordPath!), isExecutable: false, _rows.Compose(_record), FileTimes.Usual);
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

    /// <summary>Where a tree's packages lie in bundles and in restored prefixes.</summary>
    private static string SitePackagesOf(PackageRestore job) => $"lib/{job.Target.Tree.PythonFolder}/site-packages";

    private void WriteRecorded(string path, bool isExecutable, string text)
    {
        var content = Encoding.UTF8.GetBytes(text);
        Write(job.Target.Below(path), isExecutable, content, FileTimes.Usual);
        _rows.Set(path, content);
    }

    private void AddTextRow(string path)
    {
        foreach (var text in job.Target.Tree.Texts)
        {
            if (text.Path == path)
            {
                _rows.Set(path, job.Target.Tokens.FillBytes(text.Text));
            }
        }
    }

    /// <summary>The path relative to the tree.</summary>
    private string InTree(string path) => job.Target.Root.Length == 0 ? path : path[(job.Target.Root.Length + 1)..];

    private byte[] FillPrefix(string member, string path, byte[] content, ImmutableArray<long> offsets)
    {
        try
        {
            var filled = PlaceholderFiller.Fill(content, offsets.AsSpan(), _prefix);
            if (ShebangWriter.Mend(filled, _prefix) is not { } mended)
            {
                if (job.Package.Kind != ArchivedPackageKind.Interpreter && UnquotedPrefixCheck.Of(path, filled, _prefix) is { } problem)
                {
                    output.AddProblem(problem);
                }

                return filled;
            }

            output.AddRelocated(new RelocatedFile(path, Sha256Digest.Of(content), Sha256Digest.Of(mended)));
            return mended;
        }
        catch (FormatException exception)
        {
            throw Damaged(member, exception.Message, exception);
        }
    }

    private byte[] FillPlaceholder(string member, string path, byte[] content, PrefixPlaceholder placeholder)
    {
        using var source = new MemoryByteSource(content);
        using var replaced = Replaced(member, path, source, placeholder);
        var filled = content;
        if (!ReferenceEquals(replaced, source))
        {
            filled = new byte[replaced.Length];
            var length = 0;
            replaced.CopyTo(piece =>
            {
                piece.CopyTo(filled.AsSpan(length));
                length += piece.Length;
            });
        }

        // Also where nothing changed: the record still tells of the file at the old prefix.
        NoteContent(path, Sha256Digest.Of(filled), filled.Length);
        return filled;
    }

    private ByteSource Replaced(string member, string path, ByteSource source, PrefixPlaceholder placeholder) =>
        job.Conda is { } conda
            ? conda.Replace(source, placeholder, InTree(path))
            : throw Damaged(member, "a placeholder of conda in a package that is none of conda's", null);

    /// <summary>The record in conda-meta; what was edited in the archived prefix is described as it is now.</summary>
    private void WriteCondaRecord()
    {
        if (job.Conda is { } conda)
        {
            var record = conda.WriteRecord(_condaFiles, isLinked: false);
            Write(job.Target.Below(conda.RecordPath), isExecutable: false, record, FileTimes.Usual);
        }
    }

    private FirnException Damaged(string member, string what, Exception? cause) => new(
        $"the bundle of {job.Name} is damaged: {member}: {what}",
        "`firn store check --read-data` finds all damage and says what mends it",
        FailureKind.Different,
        cause);
}

/// <summary>Makes the writer of each package.</summary>
/// <param name="isReadOnly">Whether files are written read-only.</param>
/// <param name="output">What comes beside the files.</param>
internal sealed class PackageWriters(bool isReadOnly, RestoreJournal output)
{
    public bool IsReadOnly { get; } = isReadOnly;

    public PackageWriter Create(PackageRestore job, TreeWriter writer) => new(job, new MemberPaths(job), writer, output);

    /// <summary>A writer of some of the package's files only.</summary>
    /// <param name="job">The package.</param>
    /// <param name="writer">The thread's own.</param>
    /// <param name="only">The places of the files, relative to the restored prefix.</param>
    public PackageWriter CreateFor(PackageRestore job, TreeWriter writer, IReadOnlySet<string> only) =>
        new(job, new MemberPaths(job) { Only = only }, writer, output);
}

/// <summary>What a restore does to a member of a bundle.</summary>
internal enum MemberTreatment
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
