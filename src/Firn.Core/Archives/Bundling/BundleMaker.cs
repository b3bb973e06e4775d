using System.Collections.Immutable;
using Firn.Archives.Documents;
using Firn.Archives.Plans;
using Firn.Archives.Scanning;
using Firn.Captures.Verification;
using Firn.Common;
using Firn.Common.Bundles;
using Firn.Common.Files;
using Firn.Conda.Linking;
using Firn.Host.Binaries;
using Firn.Python.Installation;
using Firn.Python.Records;
using Firn.Storage.Bundles;
using Firn.Storage.Layout;
using Firn.Storage.Objects;

namespace Firn.Archives.Bundling;

/// <summary>Puts one planned bundle into the store, with its bytecode, and says what the document needs to know of it.</summary>
/// <param name="bundles">The store's bundles.</param>
/// <param name="files">The store's files.</param>
/// <param name="leases">Keeps what is another user's.</param>
/// <param name="progress">Is told what was read.</param>
/// <param name="comparesBytecode">Whether bytecode is compared with what the store has of it.</param>
internal sealed class BundleMaker(
    BundleObjects bundles, FileObjects files, StoreLeases leases, ArchiveProgress progress, bool comparesBytecode)
{
    private const int MaxAttempts = 3;

    /// <summary>In milliseconds.</summary>
    private const int Pause = 100;

    private readonly ElfReader _elf = new();

    /// <summary>Makes the bundle; again, where a file changes while it is read, until its writer is done or that takes too long.</summary>
    /// <exception cref="FirnException">A file changes all the time or cannot be read, or the store cannot be written to.</exception>
    public BundleFacts Make(PlannedBundle planned, CancellationToken cancellation)
    {
        if (planned.Project is { } project)
        {
            return MakeProject(planned, project, cancellation);
        }

        var denied = new HashSet<TreeFile>(ReferenceEqualityComparer.Instance);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return MakeOnce(planned, denied, cancellation);
            }
            catch (FirnException exception) when (exception.MayPass && attempt < MaxAttempts)
            {
                cancellation.WaitHandle.WaitOne(Pause);
                cancellation.ThrowIfCancellationRequested();
            }
            catch (FirnException)
            {
                // Most likely one that may not be read: what lacks it is told, and all the rest is kept.
                var known = denied.Count;
                denied.UnionWith(planned.Members.Select(static member => member.File)
                    .Where(file => file.Stat.IsRegularFile && DocumentTextReader.IsDenied(planned.Tree.SourceOf(file))));
                if (denied.Count == known)
                {
                    throw;
                }
            }
        }
    }

    private BundleFacts MakeOnce(PlannedBundle planned, HashSet<TreeFile> denied, CancellationToken cancellation)
    {
        if (planned.Conda is not null)
        {
            var (made, conda) = new CondaBundleMaker(bundles, files).Make(planned, denied, cancellation);
            Hold(conda);
            progress.Add(planned.Members.Count, planned.Size, conda.WasThere, conda.CompressedSize);
            return WithBytecode(made, planned, cancellation);
        }

        var composer = new MemberComposer(planned, denied);
        var stored = bundles.Add(composer.Compose(), BundleAddOptions.Default, cancellation);
        Hold(stored);
        progress.Add(planned.Members.Count, planned.Size, stored.WasThere, stored.CompressedSize);
        var observed = Observed(stored, composer.Observed);
        var bundle = new BundleFacts(Describe(planned, stored) with { Edited = Edited(planned, observed) })
        {
            RunPathFiles = RunPathFiles(planned),
            NamesPrefix = [.. composer.NamesPrefix.Order(StringComparer.Ordinal)],
            LeftOut = [.. composer.LeftOut],
        };
        return WithBytecode(bundle, planned, cancellation);
    }

    private BundleFacts MakeProject(PlannedBundle planned, PlannedProject project, CancellationToken cancellation)
    {
        using var archive = project.Archive;
        var stored = bundles.Add(archive.Members, BundleAddOptions.Default, cancellation);
        Hold(stored);
        progress.Add(archive.Members.Length, project.Size, stored.WasThere, stored.CompressedSize);
        return new BundleFacts(Describe(planned, stored));
    }

    private static ArchivedPackage Describe(PlannedBundle planned, StoredBundle stored) =>
        planned.Describe(stored.Digest) with { Size = stored.ContentSize, FileCount = stored.FileCount };

    /// <summary>Where the bundle's time could not be set, a lease keeps it until the record is written.</summary>
    private void Hold(StoredBundle stored)
    {
        if (!stored.IsFresh)
        {
            leases.Hold([stored.Digest]);
        }
    }

    /// <summary>Keeps the bytecode, or finds what the store has of it: the digest of its file, which the document names.</summary>
    private BundleFacts WithBytecode(BundleFacts made, PlannedBundle planned, CancellationToken cancellation)
    {
        if (planned.Bytecode.Count == 0)
        {
            return made;
        }

        var (digest, tag) = (made.Package.Bundle, planned.Prefix.CacheTag);
        var isThere = bundles.ContainsBytecode(digest, tag);
        var pairs = isThere && !comparesBytecode ? [] : new BytecodeComposer(planned).Pairs(cancellation);
        if (isThere)
        {
            if (!bundles.TryRefreshBytecode(digest, tag))
            {
                leases.Hold([digest]);
            }

            progress.Add(planned.Bytecode.Count, planned.BytecodeSize, wasThere: true, 0);
        }
        else if (pairs.Count == 0)
        {
            progress.Add(planned.Bytecode.Count, planned.BytecodeSize, wasThere: true, 0);
            return made;
        }
        else
        {
            var stored = bundles.AddBytecode(digest, tag, pairs.ConvertAll(static pair => pair.Member), BundleAddOptions.Default, cancellation);
            progress.Add(
                planned.Bytecode.Count, planned.BytecodeSize, stored is null || stored.WasThere, stored?.CompressedSize ?? 0);
        }

        made = made with { Package = made.Package with { HasBytecode = true, Bytecode = bundles.BytecodeDigest(digest, tag) } };
        if (!isThere || !comparesBytecode)
        {
            return made;
        }

        // The archive means what the store has, whatever lies here, which is told where that is other code.
        var used = pairs.ConvertAll(pair => new UsedBytecode(planned.Tree.PathOf(pair.File), pair.Member.Path));
        return made with
        {
            OtherBytecode = new BytecodeComparison(bundles, new PycHeader(tag)).OtherThanStored(digest, tag, used, cancellation),
        };
    }

    /// <summary>The digest of each file as it lies on disk, by its path in the bundle.</summary>
    private static Dictionary<string, Sha256Digest> Observed(
        StoredBundle stored, IReadOnlyDictionary<string, Sha256Digest> changed)
    {
        var digests = new Dictionary<string, Sha256Digest>(stored.SortedMembers.Count, StringComparer.Ordinal);
        for (var i = 0; i < stored.SortedMembers.Count; i++)
        {
            var path = stored.SortedMembers[i].Path;
            if (changed.TryGetValue(path, out var digest))
            {
                digests[path] = digest;
            }
            else if (stored.FileDigests[i] is { } written)
            {
                digests[path] = written;
            }
        }

        return digests;
    }

    /// <summary>Files whose bytes are not the recorded ones, and those that are missing.</summary>
    private static ImmutableArray<EditedFile> Edited(PlannedBundle planned, Dictionary<string, Sha256Digest> observed)
    {
        var edited = new List<EditedFile>();
        foreach (var member in planned.Members)
        {
            if (member.Recorded is { } row && RecordHash.IsComparable(row.Hash)
                && observed.TryGetValue(member.BundlePath, out var digest) && !RecordHash.Matches(row.Hash, digest))
            {
                edited.Add(new EditedFile(member.BundlePath, row.Hash, digest));
            }
        }

        foreach (var row in planned.Missing)
        {
            edited.Add(new EditedFile(row.BundlePath, row.Hash, null));
        }

        edited.Sort(static (left, right) => string.CompareOrdinal(left.Path, right.Path));
        return [.. edited];
    }

    /// <summary>The ELF files that the loader finds others of this prefix by.</summary>
    private ImmutableArray<string> RunPathFiles(PlannedBundle planned)
    {
        var files = new List<string>();
        foreach (var member in planned.Members)
        {
            if (member.Form != MemberForm.Script && member.File.Stat.IsRegularFile && MayBeElf(planned, member)
                && _elf.Read(planned.Tree.SourceOf(member.File)) is { Status: ElfStatus.Read, Image: { } image }
                && (LeadsInside(image.RPath, planned.Tree) || LeadsInside(image.RunPath, planned.Tree)))
            {
                files.Add(member.BundlePath);
            }
        }

        files.Sort(StringComparer.Ordinal);
        return [.. files];
    }

    private static bool MayBeElf(PlannedBundle planned, PlannedMember member) =>
        NativeFileName.Matches(System.Text.Encoding.UTF8.GetBytes(member.BundlePath))
        || (planned.Kind != ArchivedPackageKind.Conda && member.File.Stat.IsExecutable
            && member.BundlePath.StartsWith("bin/", StringComparison.Ordinal));

    private static bool LeadsInside(string? runPath, InstalledTree tree)
    {
        foreach (var folder in runPath?.Split(':') ?? [])
        {
            foreach (var name in tree.Names)
            {
                if (RealPath.IsWithin(folder, name))
                {
                    return true;
                }
            }
        }

        return false;
    }
}

/// <summary>Puts a conda package into the store: its published files as far as they can be found, and its record.</summary>
/// <param name="bundles">The store's bundles.</param>
/// <param name="files">The store's files.</param>
internal sealed class CondaBundleMaker(BundleObjects bundles, FileObjects files)
{
    /// <summary>The bundle without its bytecode, and how it was stored.</summary>
    public (BundleFacts Made, StoredBundle Stored) Make(PlannedBundle planned, IReadOnlySet<TreeFile> denied, CancellationToken cancellation)
    {
        var package = planned.Conda!;
        var watch = new PrefixWatch(package.Prefixes);
        var names = denied.Select(file => planned.Tree.SourceOf(file)).ToHashSet(StringComparer.Ordinal);
        var read = CondaPackageMembers.Read(package.Record, planned.Tree.Root, package.Prefixes, cancellation, watch, names);
        var stored = bundles.Add(read.ToBundle(), BundleAddOptions.Default, cancellation);
        var settled = read.Settle(stored.SortedMembers, stored.FileDigests);
        var record = CondaRecordWriter.WithoutCredentials(package.Record);
        var described = planned.Describe(stored.Digest, files.Add(record ?? package.Record.Json.Span));
        var asInstalled = settled.Members
            .Where(member => member.State == CondaFileState.AsInstalled && member.Member is not null)
            .Select(member => member.Member!.Path)
            .OrderBy(path => path, StringComparer.Ordinal);
        var archived = described with
        {
            Size = stored.ContentSize,
            FileCount = stored.FileCount,
            Conda = described.Conda! with { AsInstalled = [.. asInstalled] },
            Edited = Edited(settled),
        };
        var made = new BundleFacts(archived)
        {
            NamesPrefix = [.. watch.Found.Where(path => RealPath.IsWithin(path, planned.Tree.Root))
                .Select(path => path[(planned.Tree.Root.Length + 1)..]).Order(StringComparer.Ordinal)],
            LeftOut = [.. denied.Select(file => new SkippedFile(planned.Tree.PathOf(file), TreeLoader.IsDenied, IsMissed: true))],
        };
        return (made, stored);
    }

    private static ImmutableArray<EditedFile> Edited(CondaPackageMembers package)
    {
        var edited = new List<EditedFile>();
        foreach (var member in package.Members)
        {
            if (member.State is CondaFileState.Edited or CondaFileState.Missing)
            {
                edited.Add(new EditedFile(
                    member.Member?.Path ?? member.Entry.Path, member.Recorded?.ToString() ?? string.Empty, member.Observed));
            }
        }

        edited.Sort(static (left, right) => string.CompareOrdinal(left.Path, right.Path));
        return [.. edited];
    }
}

/// <summary>Reads the files of a planned bundle and says which bundle they would make. Nothing is written.</summary>
internal static class BundleDryRun
{
    private const int BufferLength = 1 << 20;

    /// <exception cref="FirnException">A file cannot be read, or changes.</exception>
    public static BundleFacts Make(PlannedBundle planned, CancellationToken cancellation)
    {
        using var archive = planned.Project?.Archive;
        IReadOnlyList<BundleMember> members = archive is not null ? archive.Members
            : planned.Conda is { } conda
                ? CondaPackageMembers.Read(conda.Record, planned.Tree.Root, conda.Prefixes, cancellation).ToBundle()
            : new MemberComposer(planned).Compose();
        var layout = BundleLayout.Of(members);
        using var digests = new DigestingSink(new DiscardingSink());
        var output = new OutputBuffer(new byte[BufferLength], digests);
        BundleTarWriter.Write(layout, output, withDigests: false, cancellation);
        output.Flush();
        return new BundleFacts(planned.Describe(digests.Finish()) with { Size = planned.Size, FileCount = layout.Members.Length });
    }
}
