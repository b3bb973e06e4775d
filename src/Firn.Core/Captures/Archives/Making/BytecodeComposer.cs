using Firn.Captures.Archives.Planning;
using Firn.Common;
using Firn.Common.Files;
using Firn.Python.Installation;
using Firn.Storage.Bundles;

namespace Firn.Captures.Archives.Making;

/// <summary>Makes the members of a bytecode bundle: the files that are valid for their sources.</summary>
/// <param name="bundle">The bundle of the sources.</param>
/// <param name="cacheTag">For example <c>cpython-311</c>.</param>
/// <param name="hasFlags">Whether the Python is 3.7 or later.</param>
internal sealed class BytecodeComposer(PlannedBundle bundle, string cacheTag, bool hasFlags)
{
    private readonly BytecodeHeader _header = new(hasFlags);

    /// <summary>The members, with the file of each.</summary>
    public List<(TreeFile File, BundleMember Member)> Pairs(CancellationToken cancellation)
    {
        var members = new List<(TreeFile File, BundleMember Member)>(bundle.Bytecode.Count);
        foreach (var file in bundle.Bytecode)
        {
            cancellation.ThrowIfCancellationRequested();
            var source = bundle.Tree.Find(BytecodeName.SourceOf(file.Path, cacheTag)!)!;
            if (source.Member is { } member && Compose(file, source, member.BundlePath) is { } composed)
            {
                members.Add((file, composed));
            }
        }

        return members;
    }

    private BundleMember? Compose(TreeFile file, TreeFile source, string sourcePath)
    {
        Span<byte> header = stackalloc byte[BytecodeHeader.MostBytes];
        var path = bundle.Tree.SourceOf(file);
        int count;
        try
        {
            using var opened = PlainFile.Open(path);
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
            Path = $"{folder}{BytecodeName.Folder}/{file.Path[(file.Path.LastIndexOf('/') + 1)..]}",
            Content = new BytecodeContent(
                path, file.Stat.Size, _header.IsHashed(header[..count]) ? -1 : _header.TimeOffset),
        };
    }
}
