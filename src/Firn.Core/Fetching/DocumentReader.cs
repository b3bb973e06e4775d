using System.IO.Compression;
using System.Net;
using Firn.Common;

namespace Firn.Fetching;

/// <summary>Reads small documents from servers into memory.</summary>
internal sealed class DocumentReader(HttpSender sender, FetchOptions options)
{
    private const int BufferLength = 64 * 1024;

    /// <summary>Reads one; <see langword="null"/> where the server says that there is none.</summary>
    /// <exception cref="FirnException">It cannot be had, or is larger than the limit.</exception>
    public FetchedDocument? TryRead(
        FetchLocation location, string accept, int limit, CancellationToken cancellationToken)
    {
        var budget = new RetryPolicy(options, location.Display);
        while (true)
        {
            try
            {
                using var guard = new StallTimeout(options, cancellationToken);
                var query = new HttpQuery { Name = location.Display, Accept = accept, TakesGzip = true };
                using var reply = sender.Send(location, query, guard);
                return reply.Status switch
                {
                    HttpStatusCode.OK => Read(reply, location, limit, guard),
                    HttpStatusCode.NotFound or HttpStatusCode.Gone => null,
                    _ => throw HttpFailures.OfStatus(reply, location.Display, sender.Credentials),
                };
            }
            catch (TransientFailure failure)
            {
                budget.Wait(failure, gotAhead: false, cancellationToken);
            }
        }
    }

    private static FetchedDocument Read(HttpAnswer reply, FetchLocation location, int limit, StallTimeout guard)
    {
        var encoding = reply.Header("Content-Encoding") ?? "identity";
        var isCompressed = encoding is "gzip" or "x-gzip";
        if (!isCompressed && encoding is not ("identity" or ""))
        {
            throw new FirnException(
                $"cannot read {location.Display}: {reply.Address.Authority} compresses it in a way that was not asked for",
                "check where the URL leads");
        }

        if (reply.ContentLength > limit)
        {
            throw TooLarge(location, limit);
        }

        var received = new MemoryStream();
        var buffer = new byte[BufferLength];
        while (reply.Read(buffer, guard) is var read and > 0)
        {
            if (received.Length + read > limit)
            {
                throw TooLarge(location, limit);
            }

            received.Write(buffer, 0, read);
        }

        var content = isCompressed ? Decompress(received, location, limit, buffer) : received.ToArray();
        return new FetchedDocument(content, reply.Header("Content-Type") ?? string.Empty, UrlOf(reply.Address));
    }

    private static byte[] Decompress(MemoryStream compressed, FetchLocation location, int limit, byte[] buffer)
    {
        compressed.Position = 0;
        var content = new MemoryStream();
        try
        {
            using var gzip = new GZipStream(compressed, CompressionMode.Decompress);
            while (gzip.Read(buffer, 0, buffer.Length) is var read and > 0)
            {
                if (content.Length + read > limit)
                {
                    throw TooLarge(location, limit);
                }

                content.Write(buffer, 0, read);
            }
        }
        catch (InvalidDataException exception)
        {
            throw new TransientFailure("what the server sent is not gzip", innerException: exception);
        }

        return content.ToArray();
    }

    private static string UrlOf(Uri address)
    {
        var url = address.AbsoluteUri;
        return address.Fragment.Length == 0 ? url : url[..^address.Fragment.Length];
    }

    private static FirnException TooLarge(FetchLocation location, int limit) => new(
        $"{location.Display} has more than {limit} bytes", "check that it is the document that it should be");
}
