using Firn.Common;
using Firn.Common.Bundles;
using Firn.Common.Files;

namespace Firn.Captures.Verification;

/// <summary>Computes digests of members, one after the other; each thread has its own.</summary>
internal sealed class MemberDigests : IDisposable
{
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
    public FileState? StateOf(string path, BundleEntry archived, out string? observed)
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

    private static BundleSink NewSink() => new(new OutputBuffer(new byte[1 << 20], new DiscardingSink()));
}
