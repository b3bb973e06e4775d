using Firn.Captures.Archives.Making;
using Firn.Captures.Archives.Planning;
using Firn.Common;
using Firn.Common.Files;
using Firn.Conda.Linking;
using Firn.Python.Distributions;
using Firn.Python.Installation;
using Firn.Storage.Bundles;

namespace Firn.Captures.Verification;

/// <summary>A file of an environment as it would be archived now.</summary>
/// <param name="Key">Its place, see <see cref="ArchivedMembers.KeyOf"/>.</param>
/// <param name="Path">Absolute.</param>
/// <param name="Owner">Who would be said to own it.</param>
/// <param name="Member">What its bundle would hold.</param>
internal sealed record ObservedMember(string Key, string Path, string Owner, BundleMember Member)
{
    /// <summary>Whether it is a distribution's RECORD, which is put together anew for every bundle.</summary>
    public bool IsRecord { get; private init; }

    /// <summary>Of bytecode: whether Python would take it for that of its source.</summary>
    public bool IsBytecodeInUse { get; private init; }

    /// <summary>Whether Python, the shell or the loader finds it by its place.</summary>
    public bool MayRun { get; private init; }

    /// <summary>The tree that it is in; scripts are read by its interpreters.</summary>
    public required InstalledTree Tree { get; init; }

    /// <summary>The members that a bundle would have.</summary>
    /// <exception cref="FirnException">A file cannot be read.</exception>
    public static List<ObservedMember> Of(PlannedTree tree, PlannedBundle bundle, CancellationToken cancellation)
    {
        var members = bundle.Project is { } project ? project.Archive.Members
            : bundle.Conda is { } conda
                ? CondaPackageMembers.Read(conda.Record, bundle.Tree.Root, conda.Prefixes, cancellation).ToBundle()
                : (IReadOnlyList<BundleMember>)new MemberComposer(bundle, tree.PythonFolder).Compose();
        var files = new Dictionary<string, TreeFile>(bundle.Members.Count, StringComparer.Ordinal);
        foreach (var planned in bundle.Members)
        {
            files.TryAdd(planned.BundlePath, planned.File);
        }

        var found = new List<ObservedMember>(members.Count);
        foreach (var member in members)
        {
            if (ArchivedMembers.IsOfRepository(bundle.Kind, member.Path))
            {
                continue;
            }

            var file = files.GetValueOrDefault(member.Path);
            var key = ArchivedMembers.KeyOf(bundle.Kind, bundle.Name, member.Path, tree.PythonFolder);
            found.Add(new ObservedMember(key, PathOf(bundle, member, file), bundle.Name, member)
            {
                Tree = bundle.Tree,
                IsRecord = file is null && bundle.HasRecord && member.Path == bundle.MetadataPath + "/RECORD",
                IsBytecodeInUse = file is not null && IsInUse(bundle.Tree, file, tree),
                MayRun = bundle.Project is null
                    ? IsWhereCodeIsFound(key, tree.PythonFolder)
                    : System.IO.Path.GetExtension(member.Path) is ".py" or ".so" or ".pyd",
            });
        }

        return found;
    }

    private static bool IsInUse(InstalledTree tree, TreeFile file, PlannedTree planned) =>
        IsInUse(tree, file, planned, new BytecodeHeader(HasFlags(planned.PythonVersion)));

    /// <summary>Whether Python would take a bytecode file for that of its source.</summary>
    public static bool IsInUse(InstalledTree tree, TreeFile file, PlannedTree planned, BytecodeHeader header)
    {
        if (BytecodeName.SourceOf(file.Path, planned.CacheTag) is not { } path || tree.Find(path) is not { } source)
        {
            return false;
        }

        // The times of what links lead to are Python's business too, but no reader's here: it may well be used.
        if (!file.Stat.IsRegularFile || !source.Stat.IsRegularFile)
        {
            return true;
        }

        Span<byte> start = stackalloc byte[BytecodeHeader.MostBytes];
        using var handle = BoundedFile.Open(tree.PathOf(file), out _);
        return handle is not null && header.IsValidFor(start[..RandomAccess.Read(handle, start, 0)], source.Stat);
    }

    private static bool HasFlags(string version) =>
        Version.TryParse(version.Split('+', 'a', 'b', 'r')[0], out var parsed) && parsed >= new Version(3, 7);

    private static string PathOf(PlannedBundle bundle, BundleMember member, TreeFile? file) =>
        file is not null ? bundle.Tree.PathOf(file)
        : bundle.Project is { } project ? System.IO.Path.Join(project.SpelledRoot, member.Path)
        : System.IO.Path.Join(bundle.Tree.Root, member.Path);

    /// <summary>What Python imports from, the programs, and the libraries right in <c>lib</c>, which run paths name.</summary>
    public static bool IsWhereCodeIsFound(string key, string pythonFolder)
    {
        var path = key.AsSpan();
        path = path.StartsWith(ArchivedMembers.OfInterpreter) ? path[ArchivedMembers.OfInterpreter.Length..] : path;
        return path.StartsWith("bin/")
            || path.StartsWith($"lib/{pythonFolder}/") || path.StartsWith($"lib64/{pythonFolder}/")
            || path.StartsWith("etc/conda/activate.d/") || path.StartsWith("etc/conda/deactivate.d/") || path.StartsWith("lib/R/library/")
            // The first folder of sys.path, where there is one: lib/python311.zip.
            || path.SequenceEqual($"lib/{pythonFolder.Replace(".", string.Empty, StringComparison.Ordinal)}.zip")
            || (path.StartsWith("lib/") && NativeFileName.Matches(System.Text.Encoding.UTF8.GetBytes(path.ToString())));
    }
}

/// <summary>Computes digests of members, one after the other; each thread has its own.</summary>
internal sealed class MemberDigests : IDisposable
{
    private readonly Discard _discard = new();
    private BundleSink _sink;

    public MemberDigests() => _sink = NewSink();

    /// <summary>The digest of what a bundle would hold; <see langword="null"/> where it cannot be read.</summary>
    public Sha256Digest? DigestOf(BundleContent content)
    {
        try
        {
            _sink.Start(content.Length);
            content.WriteTo(_sink);
            return _sink.Finish();
        }
        catch (Exception exception) when (exception is FirnException or IOException or InvalidOperationException)
        {
            // Half a content is in it.
            _sink.Dispose();
            _sink = NewSink();
            return null;
        }
    }

    /// <summary>How a path differs from what was archived there; <see langword="null"/> where it does not.</summary>
    /// <param name="path">Absolute.</param>
    /// <param name="archived">What was archived.</param>
    /// <param name="observed">What is there.</param>
    public FileState? StateOf(string path, BundleIndexEntry archived, out string? observed)
    {
        observed = null;
        if (!FileStatReader.TryRead(path, out var stat))
        {
            return FileState.Missing;
        }

        if (archived.LinkTarget is { } target)
        {
            observed = stat.IsLink ? RealPath.LinkTarget(path) : stat.IsDirectory ? "a folder" : "a file";
            return observed == target ? null : FileState.Edited;
        }

        var real = stat.IsLink ? RealPath.Of(path) : path;
        if (!FileStatReader.TryRead(real, out stat) || !stat.IsRegularFile)
        {
            observed = stat.IsDirectory ? "a folder" : "a link that leads nowhere";
            return FileState.Edited;
        }

        if (DigestOf(BundleContent.OfFile(real, stat.Size)) is not { } digest)
        {
            return FileState.Unreadable;
        }

        observed = digest.ToString();
        return digest == archived.Digest ? null : FileState.Edited;
    }

    public void Dispose() => _sink.Dispose();

    private BundleSink NewSink() => new(new OutputBuffer(new byte[1 << 20], _discard));

    private sealed class Discard : IByteSink
    {
        public void Write(ReadOnlySpan<byte> bytes)
        {
            // Only the digest is wanted.
        }
    }
}
