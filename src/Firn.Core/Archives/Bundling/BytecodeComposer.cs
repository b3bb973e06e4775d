using Firn.Archives.Plans;
using Firn.Common;
using Firn.Common.Bundles;
using Firn.Common.Files;
using Firn.Python.Installation;

namespace Firn.Archives.Bundling;

/// <summary>Makes the members of a bytecode bundle: the files that are valid for their sources.</summary>
/// <param name="bundle">The bundle of the sources.</param>
internal sealed class BytecodeComposer(PlannedBundle bundle)
{
    private readonly PycHeader _header = new(bundle.Prefix.CacheTag);

    /// <summary>The members, with the file of each.</summary>
    public List<(TreeFile File, BundleMember Member)> Pairs(CancellationToken cancellation)
    {
        var members = new List<(TreeFile File, BundleMember Member)>(bundle.Bytecode.Count);
        foreach (var file in bundle.Bytecode)
        {
            cancellation.ThrowIfCancellationRequested();
            var source = bundle.Tree.Find(PycName.SourceOf(file.Path, bundle.Prefix.CacheTag)!)!;
            if (source.Member is { } member && Compose(file, source, member.BundlePath) is { } composed)
            {
                members.Add((file, composed));
            }
        }

        return members;
    }

    private BundleMember? Compose(TreeFile file, TreeFile source, string sourcePath)
    {
        Span<byte> header = stackalloc byte[PycHeader.MaxBytes];
        var path = bundle.Tree.SourceOf(file);
        int count;
        try
        {
            using var opened = SequentialFile.Open(path);
            count = opened.Read(header);
        }
        catch (FirnException)
        {
            // It can be made again.
            return null;
        }

        if (!_header.IsValidFor(header[..count], source.Stat))
        {
            return null;
        }

        var folder = sourcePath[..(sourcePath.LastIndexOf('/') + 1)];
        return new BundleMember
        {
            Path = $"{folder}{PycName.Folder}/{file.Path[(file.Path.LastIndexOf('/') + 1)..]}",
            Content = new BytecodeContent(
                path, file.Stat.Size, _header.IsHashed(header[..count]) ? -1 : _header.TimeOffset),
        };
    }
}

/// <summary>A bytecode file with the time in its header zero, since that is the time of one installation's source.</summary>
/// <param name="path">The file.</param>
/// <param name="length">Its length when it was looked at.</param>
/// <param name="timeOffset">Where the four bytes of the time stand; -1 where the header has none.</param>
internal sealed class BytecodeContent(string path, long length, int timeOffset) : BundleContent
{
    private const int TimeLength = 4;

    public override long Length => length;

    public override void WriteTo(BundleSink sink)
    {
        using var file = SequentialFile.OpenSteady(path);
        var left = length;
        while (true)
        {
            // One byte more than promised tells in the same call whether the file has grown.
            var space = sink.Space(left + 1);
            var count = file.Read(space.Length > left ? space[..(int)(left + 1)] : space);
            if (count > left || (count == 0 && left > 0) || (left == length && count < timeOffset + TimeLength))
            {
                throw new FirnException(
                    $"{path} changed while it was read", "run the command again when nothing else writes there");
            }

            if (left == length && timeOffset >= 0)
            {
                space.Slice(timeOffset, TimeLength).Clear();
            }

            sink.Advance(count);
            left -= count;
            if (left == 0 && count < space.Length)
            {
                file.MustBeSteady();
                return;
            }
        }
    }
}
