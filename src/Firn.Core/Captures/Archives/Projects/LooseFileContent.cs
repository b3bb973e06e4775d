using Firn.Common.Files;
using Firn.Git;
using Firn.Storage.Bundles;

namespace Firn.Captures.Archives.Projects;

/// <summary>The blob of a large file, in the form of a loose object; read from the work tree, where the same bytes are.</summary>
internal sealed class LooseFileContent(string path, long length) : BundleContent
{
    private const int ChunkLength = 256 * 1024;

    public override long Length => GitLooseEncoder.EncodedLength(GitObjectKind.Blob, length);

    public override void WriteTo(BundleSink sink)
    {
        using var file = PlainFile.OpenSteady(path);
        var encoder = new GitLooseEncoder(GitObjectKind.Blob, length, sink.Write);
        var chunk = new byte[ChunkLength];
        var left = length;
        while (file.Read(chunk) is var count and > 0)
        {
            left -= count;
            if (left < 0)
            {
                break;
            }

            encoder.Append(chunk.AsSpan(0, count));
        }

        if (left != 0)
        {
            throw SteadyRead.Changed(path);
        }

        file.MustBeSteady();

        encoder.Finish();
    }
}
