using Firn.Common;
using Firn.Git;
using Firn.Storage.Bundles;

namespace Firn.Captures.Archives.Projects;

/// <summary>An object of a repository in the form of a loose one; read from the repository when it is written.</summary>
internal sealed class LooseObjectContent(GitObjectDatabase objects, byte[] id, GitObjectKind kind, int length, byte[]? content)
    : BundleContent
{
    public override long Length => GitLooseEncoder.EncodedLength(kind, length);

    public override void WriteTo(BundleSink sink)
    {
        var bytes = content ?? objects.Read(id, length)?.Content;
        if (bytes?.Length != length)
        {
            throw new FirnException(
                $"the git object {Hex.Of(id)} changed while it was archived", "run the command again when git is not at work");
        }

        var encoder = new GitLooseEncoder(kind, length, sink.Write);
        encoder.Append(bytes);
        encoder.Finish();
    }
}
