using System.Net;
using Firn.Common;
using Firn.Fetching;
using Firn.Images.Documents;

namespace Firn.Images.Registries;

/// <summary>How a blob came to be in a registry.</summary>
internal enum BlobFate
{
    /// <summary>It was there.</summary>
    There,

    /// <summary>The registry took it from another of its repositories.</summary>
    Mounted,

    /// <summary>It was sent.</summary>
    Sent,
}

/// <summary>
/// Sends one blob (distribution-spec, "Pushing Blobs"): a small one at once, a large one in chunks. After each chunk the registry says
/// where the next one goes; after a chunk that was cut it is asked what it has, and what it says is proven by the digest at the end.
/// </summary>
/// <param name="client">The repository.</param>
/// <param name="blob">What is sent.</param>
/// <param name="open">Opens its bytes, at an offset.</param>
/// <param name="progress">Is told how many bytes went; a negative number where some have to go again.</param>
internal sealed class BlobUpload(RegistryClient client, Descriptor blob, Func<long, Stream> open, Action<long> progress)
{
    private const int MaxSessions = 3;
    private readonly string _name = $"{blob.Digest} to {client.Repository}";
    private long _sent;
    private long _leastChunk;
    private bool _isPrepared;

    /// <summary>Brings the bytes, once it is known that they are needed.</summary>
    public Action? Prepare { get; init; }

    /// <summary>Sends it, unless it is there.</summary>
    /// <param name="mountFrom">Another repository of the registry that has it.</param>
    /// <param name="cancellation">Ends it; what the registry has of it is lost.</param>
    /// <exception cref="FirnException">The registry refuses it, or it is damaged.</exception>
    public BlobFate Run(string? mountFrom, CancellationToken cancellation)
    {
        if (client.Has(blob, cancellation))
        {
            return BlobFate.There;
        }

        var retries = new RetryPolicy(client.Options.Fetching, _name, "push");
        var isWhole = blob.Size <= client.Options.ChunkSize;
        for (var session = 1; ; session++)
        {
            var location = Begin(mountFrom, cancellation);
            mountFrom = null;
            if (location is null)
            {
                return BlobFate.Mounted;
            }

            if (!_isPrepared)
            {
                Prepare?.Invoke();
                _isPrepared = true;
            }

            var end = isWhole ? SendWhole(location, retries, cancellation) : SendChunks(location, retries, cancellation);
            if (end == SessionEnd.Stored)
            {
                return BlobFate.Sent;
            }

            isWhole |= end == SessionEnd.ChunksRefused;
            if (end == SessionEnd.Mismatch)
            {
                CheckOwn(cancellation);
            }

            if (end != SessionEnd.Broken && session >= MaxSessions)
            {
                throw new FirnException($"cannot push {_name}: the registry does not keep what it gets", "tell who runs the registry; run the command again later");
            }
        }
    }

    /// <summary>Begins a session; <see langword="null"/> where the registry took the blob from the other repository.</summary>
    private Uri? Begin(string? mountFrom, CancellationToken cancellation)
    {
        Count(-_sent);
        var query = new HttpQuery { Name = _name, Action = "push", Method = HttpMethod.Post, Content = static _ => new ByteArrayContent([]) };
        var begun = mountFrom is null ? null : client.Ask(
            client.Api($"blobs/uploads/?mount={Uri.EscapeDataString(blob.Digest.ToString())}&from={Uri.EscapeDataString(mountFrom)}"),
            query,
            [.. client.Writing, new RegistryScope(mountFrom, false)],
            (answer, stall) => answer.Status switch
            {
                HttpStatusCode.Created => new Begun(null),
                HttpStatusCode.Accepted => new Begun(LocationOf(answer)),
                // Some registries refuse what they cannot mount, in place of beginning a session.
                _ when RegistryFailures.MayPass(answer) is null => null,
                _ => throw client.Failure(answer, $"push {_name}", stall),
            },
            cancellation);
        return (begun ?? client.Ask(client.Api("blobs/uploads/"), query, client.Writing, (answer, stall) =>
            answer.Status == HttpStatusCode.Accepted ? new Begun(LocationOf(answer)) : throw client.Failure(answer, $"push {_name}", stall), cancellation)).Location;
    }

    private Uri LocationOf(HttpAnswer answer)
    {
        _leastChunk = long.TryParse(answer.Header("OCI-Chunk-Min-Length"), out var least) ? least : _leastChunk;
        return client.Resolve(answer.Address, answer.Header("Location"));
    }

    private SessionEnd SendWhole(Uri location, RetryPolicy retries, CancellationToken cancellation) =>
        Finish(location, guard => Part(0, blob.Size, guard), retries, cancellation);

    private SessionEnd SendChunks(Uri location, RetryPolicy retries, CancellationToken cancellation)
    {
        long offset = 0;
        var failedAt = -1L;
        while (offset < blob.Size)
        {
            var length = Math.Min(Math.Max(client.Options.ChunkSize, _leastChunk), blob.Size - offset);
            Step step;
            try
            {
                step = SendChunk(location, offset, length, cancellation);
            }
            catch (TransientFailure failure)
            {
                retries.Wait(failure, gotAhead: offset > failedAt && failedAt >= 0, cancellation);
                failedAt = offset;
                step = AskStatus(location, cancellation) ?? new Step(location, offset, SessionEnd.Lost);
            }

            if (step.End is { } end)
            {
                return end == SessionEnd.Lost ? Lost(retries, cancellation) : end;
            }

            // What it says that it has beyond what was sent cannot be: the digest would be refused at the end.
            if (step.Offset < 0 || step.Offset > offset + length)
            {
                return Lost(retries, cancellation);
            }

            Count(step.Offset - _sent);
            (location, offset) = (step.Location, step.Offset);
        }

        return Finish(location, null, retries, cancellation);
    }

    /// <summary>A session that is gone is begun anew as often as anything else is tried again.</summary>
    private SessionEnd Lost(RetryPolicy retries, CancellationToken cancellation)
    {
        retries.Wait(new TransientFailure($"{client.Repository.Host} forgot what it had of it"), gotAhead: false, cancellation);
        return SessionEnd.Broken;
    }

    private Step SendChunk(Uri location, long offset, long length, CancellationToken cancellation)
    {
        var query = new HttpQuery
        {
            Name = _name,
            Action = "push",
            Method = HttpMethod.Patch,
            Content = guard =>
            {
                var part = Part(offset, length, guard);
                part.Headers.TryAddWithoutValidation("Content-Range", $"{offset}-{offset + length - 1}");
                return part;
            },
        };
        return client.Ask(location, query, client.Writing, (answer, stall) => answer.Status switch
        {
            HttpStatusCode.Accepted or HttpStatusCode.Created or HttpStatusCode.NoContent => new Step(LocationOf(answer), EndOf(answer) ?? (offset + length)),
            HttpStatusCode.RequestedRangeNotSatisfiable => AskStatus(location, cancellation) ?? new Step(location, offset, SessionEnd.Lost),
            HttpStatusCode.NotFound => new Step(location, offset, SessionEnd.Lost),
            HttpStatusCode.BadRequest or HttpStatusCode.MethodNotAllowed or HttpStatusCode.LengthRequired or HttpStatusCode.NotImplemented =>
                new Step(location, offset, SessionEnd.ChunksRefused),
            _ => throw client.Failure(answer, $"push {_name}", stall),
        }, cancellation, isRetried: false);
    }

    /// <summary>What the registry has of it; <see langword="null"/> where it does not know it any more.</summary>
    private Step? AskStatus(Uri location, CancellationToken cancellation) => client.Ask(
        location,
        new HttpQuery { Name = _name, Action = "push" },
        client.Writing,
        (answer, _) => answer.Status is HttpStatusCode.NoContent or HttpStatusCode.OK or HttpStatusCode.Accepted
            ? new Step(answer.Header("Location") is null ? location : LocationOf(answer), EndOf(answer) ?? 0)
            : RegistryFailures.MayPass(answer) is { } passing ? throw passing : null,
        cancellation);

    /// <summary>How much the registry has: <c>Range: 0-LAST</c>, which says <c>0-0</c> for nothing as for one byte.</summary>
    private static long? EndOf(HttpAnswer answer)
    {
        var range = answer.Header("Range") is { } text && text.StartsWith("bytes=", StringComparison.Ordinal) ? text["bytes=".Length..] : answer.Header("Range");
        return range?.Split('-') is ["0", var last] && long.TryParse(last, out var end) && end >= 0 ? end == 0 ? 0 : end + 1 : null;
    }

    /// <summary>Says that all is there, and which digest it has; or sends it with that.</summary>
    private SessionEnd Finish(Uri location, Func<StallTimeout, HttpContent>? content, RetryPolicy retries, CancellationToken cancellation)
    {
        var separator = location.Query.Length > 1 ? "&" : "?";
        var address = new Uri($"{location.AbsoluteUri}{separator}digest={Uri.EscapeDataString(blob.Digest.ToString())}");
        var query = new HttpQuery { Name = _name, Action = "push", Method = HttpMethod.Put, Content = content ?? (static _ => new ByteArrayContent([])) };
        try
        {
            return client.Ask(address, query, client.Writing, (answer, stall) => answer.Status switch
            {
                HttpStatusCode.Created or HttpStatusCode.NoContent or HttpStatusCode.OK =>
                    answer.Header("Docker-Content-Digest") is { } stored && stored.StartsWith("sha256:", StringComparison.Ordinal) && stored != blob.Digest.ToString()
                        ? SessionEnd.Mismatch
                        : SessionEnd.Stored,
                HttpStatusCode.BadRequest or HttpStatusCode.RequestedRangeNotSatisfiable => SessionEnd.Mismatch,
                HttpStatusCode.NotFound => SessionEnd.Mismatch,
                _ => throw client.Failure(answer, $"push {_name}", stall),
            }, cancellation, isRetried: false, client.Options.CommitTimeout);
        }
        catch (TransientFailure failure)
        {
            retries.Wait(failure, gotAhead: false, cancellation);
            return client.Has(blob, cancellation) ? SessionEnd.Stored : SessionEnd.Broken;
        }
    }

    /// <summary>The registry says that what it got has another digest: so it may have here.</summary>
    private void CheckOwn(CancellationToken cancellation)
    {
        using var content = open(0);
        using var hasher = new Sha256Hasher();
        var buffer = new byte[64 * 1024];
        var left = blob.Size;
        while (left > 0 && content.Read(buffer, 0, (int)Math.Min(buffer.Length, left)) is var read and > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            hasher.Append(buffer.AsSpan(0, read));
            left -= read;
        }

        if (left > 0 || hasher.Finish() != blob.Digest)
        {
            throw new FirnException($"{blob.Digest} is damaged where it is to be pushed from", "make or fetch the image again", FailureKind.Different);
        }
    }

    private StreamContent Part(long offset, long length, StallTimeout guard)
    {
        var content = new StreamContent(new SentPart(open(offset), length, guard, Count), 64 * 1024);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/octet-stream");
        content.Headers.ContentLength = length;
        return content;
    }

    private void Count(long bytes)
    {
        _sent += bytes;
        progress(bytes);
    }

    private enum SessionEnd
    {
        Stored,
        Lost,
        Broken,
        Mismatch,
        ChunksRefused,
    }

    private sealed record Begun(Uri? Location);

    private sealed record Step(Uri Location, long Offset, SessionEnd? End = null);

    /// <summary>A part of a blob as it is sent: what goes out shows that the exchange does not stand still.</summary>
    private sealed class SentPart(Stream content, long length, StallTimeout guard, Action<long> count) : ForwardReadStream
    {
        private long _left = length;

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var read = content.Read(buffer[..(int)Math.Min(buffer.Length, _left)]);
            _left -= read;
            guard.Rearm();
            count(read);
            return read;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                content.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
