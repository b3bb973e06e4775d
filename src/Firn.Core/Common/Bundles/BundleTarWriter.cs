using Firn.Common.Tar;

namespace Firn.Common.Bundles;

/// <summary>Writes the tar of a bundle and tells the digest of each member.</summary>
internal static class BundleTarWriter
{
    /// <returns>The digest of each member in the layout's order; <see langword="null"/> for links and folders, and for all where none are wanted.</returns>
    /// <exception cref="FirnException">A file cannot be read, or changed.</exception>
    public static Sha256Digest?[] Write(BundleLayout layout, OutputBuffer output, bool withDigests, CancellationToken cancellation)
    {
        var tar = new TarWriter(output);
        using var sink = new BundleSink(output, withDigests);
        var digests = new Sha256Digest?[layout.Members.Length];
        for (var i = 0; i < digests.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            tar.Start(layout.Entries[i]);
            if (layout.Members[i].Content is { } content)
            {
                sink.Start(content.Length);
                content.WriteTo(sink);
                digests[i] = sink.Finish();
                if (digests[i] is { } digest)
                {
                    content.Check(digest);
                }

                tar.Pad(content.Length);
            }
        }

        tar.Finish();
        return digests;
    }
}

/// <summary>The members of a bundle in their order, with the tar headers they get and the size of the whole.</summary>
internal sealed class BundleLayout
{
    private BundleLayout(BundleMember[] members, TarEntry[] entries, long size)
    {
        Members = members;
        Entries = entries;
        Size = size;
    }

    /// <summary>Sorted by the bytes of their paths.</summary>
    public BundleMember[] Members { get; }

    /// <summary>The header of each member.</summary>
    public TarEntry[] Entries { get; }

    /// <summary>The length of the tar in bytes.</summary>
    public long Size { get; }

    /// <exception cref="FirnException">A member cannot stand in a bundle.</exception>
    public static BundleLayout Of(IReadOnlyList<BundleMember> members)
    {
        var sorted = new BundleMember[members.Count];
        for (var i = 0; i < sorted.Length; i++)
        {
            sorted[i] = members[i];
        }

        Array.Sort(sorted, static (left, right) => TarPath.Compare(left.Path, right.Path));
        var order = new TarPathOrder();
        var entries = new TarEntry[sorted.Length];
        long size = TarWriter.EndLength;
        for (var i = 0; i < sorted.Length; i++)
        {
            entries[i] = EntryOf(sorted[i]);
            if ((FindProblem(sorted[i]) ?? order.Next(sorted[i].Path)) is { } problem)
            {
                throw new FirnException(
                    $"cannot archive {sorted[i].Path}: {problem}", "rename or remove the file, or leave it out");
            }

            size += TarHeader.Measure(entries[i]);
        }

        return new BundleLayout(sorted, entries, size);
    }

    private static TarEntry EntryOf(BundleMember member) => new()
    {
        Path = member.Path,
        Kind = member.Kind,
        IsExecutable = member.IsExecutable && member.Kind == TarEntryKind.File,
        LinkTarget = member.Kind == TarEntryKind.Link ? member.LinkTarget ?? string.Empty : null,
        Size = member.Kind == TarEntryKind.File ? member.Content?.Length ?? 0 : 0,
        Records = BundlePaxRecords.Compose(member.Placeholder, member.PrefixOffsets),
    };

    private static string? FindProblem(BundleMember member)
    {
        if (member.Kind == TarEntryKind.File != (member.Content is not null))
        {
            throw new ArgumentException($"{member.Path}: files have a content, and nothing else has");
        }

        return TarPath.FindProblem(member.Path)
            ?? (member.Kind == TarEntryKind.Link ? TarPath.FindTargetProblem(member.LinkTarget ?? string.Empty) : null)
            ?? BundlePaxRecords.FindProblem(
                member.Kind, member.Content?.Length ?? 0, member.Placeholder, member.PrefixOffsets);
    }
}
