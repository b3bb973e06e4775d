using Firn.Captures.Archives.Planning;
using Firn.Common;
using Firn.Conda.Linking;
using Firn.Storage.Bundles;

namespace Firn.Captures.Archives.Making;

/// <summary>Reads the files of a planned bundle and says which bundle they would make. Nothing is written.</summary>
internal static class BundleLook
{
    private const int BufferLength = 1 << 20;

    /// <exception cref="FirnException">A file cannot be read, or changes.</exception>
    public static MadeBundle Make(PlannedBundle planned, PlannedTree tree, CancellationToken cancellation)
    {
        using var archive = planned.Project?.Archive;
        IReadOnlyList<BundleMember> members = archive is not null ? archive.Members
            : planned.Conda is { } conda
                ? CondaPackageMembers.Read(conda.Record, planned.Tree.Root, conda.Prefixes, cancellation).ToBundle()
            : new MemberComposer(planned, tree.PythonFolder).Compose();
        var layout = BundleLayout.Of(members);
        using var digests = new DigestingSink(new Nowhere());
        var output = new OutputBuffer(new byte[BufferLength], digests);
        BundleTarWriter.Write(layout, output, withDigests: false, cancellation);
        output.Flush();
        return new MadeBundle { Digest = digests.Finish(), Size = planned.Size, FileCount = layout.Members.Length };
    }

    private sealed class Nowhere : IByteSink
    {
        public void Write(ReadOnlySpan<byte> bytes)
        {
            // Only the digest is wanted.
        }
    }
}
