using System.Collections.Immutable;
using Firn.Captures.Archives.Planning;
using Firn.Common;
using Firn.Conda.Linking;
using Firn.Python.Installation;
using Firn.Storage;
using Firn.Storage.Bundles;

namespace Firn.Captures.Archives.Making;

/// <summary>Puts a conda package into the store: its published files as far as they can be found, and its record.</summary>
/// <param name="bundles">The store's bundles.</param>
/// <param name="files">The store's files.</param>
internal sealed class CondaBundleMaker(BundleObjects bundles, FileObjects files)
{
    /// <summary>The bundle without its bytecode, and how it was stored.</summary>
    public (MadeBundle Made, StoredBundle Stored) Make(PlannedBundle planned, IReadOnlySet<TreeFile> denied, CancellationToken cancellation)
    {
        var package = planned.Conda!;
        var watch = new PrefixWatch(package.Prefixes);
        var names = denied.Select(file => planned.Tree.SourceOf(file)).ToHashSet(StringComparer.Ordinal);
        var read = CondaPackageMembers.Read(package.Record, planned.Tree.Root, package.Prefixes, cancellation, watch, names);
        var stored = bundles.Add(read.ToBundle(), BundleAddOptions.Default, cancellation);
        var settled = read.Settle(stored.SortedMembers, stored.FileDigests);
        var record = CondaRecordWriter.WithoutCredentials(package.Record);
        long size = 0;
        foreach (var member in stored.SortedMembers)
        {
            size += member.Content?.Length ?? 0;
        }

        var made = new MadeBundle
        {
            Digest = stored.Digest,
            Size = size,
            FileCount = stored.SortedMembers.Count,
            Record = files.Add(record ?? package.Record.Json.Span),
            Edited = Edited(settled),
            AsInstalled = [.. settled.Members
                .Where(member => member.State == CondaFileState.AsInstalled && member.Member is not null)
                .Select(member => member.Member!.Path)
                .OrderBy(path => path, StringComparer.Ordinal)],
            NamesPrefix = [.. watch.Found.Where(path => RealPath.IsWithin(path, planned.Tree.Root))
                .Select(path => path[(planned.Tree.Root.Length + 1)..]).Order(StringComparer.Ordinal)],
            LeftOut = [.. denied.Select(file => new LeftOutFile(planned.Tree.PathOf(file), TreeLoader.IsDenied, IsMissed: true))],
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
