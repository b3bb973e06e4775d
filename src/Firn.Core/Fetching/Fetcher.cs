using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Fetching;

/// <summary>
/// Fetches files and documents from http and https servers and from this machine. Many threads may use one at a time;
/// it starts nothing before the first of them asks a server.
/// </summary>
internal sealed class Fetcher : IDisposable
{
    private readonly FetchOptions _options;
    private readonly string _currentDirectory;
    private readonly MirrorList _mirrors;
    private readonly HttpSender _sender;

    /// <exception cref="FirnException">A mirror is for no URL.</exception>
    public Fetcher(FetchOptions options, SystemContext systemContext)
    {
        _options = options;
        _currentDirectory = systemContext.CurrentDirectory;
        _mirrors = new MirrorList(options.Mirrors, systemContext.CurrentDirectory);
        _sender = new HttpSender(options, systemContext);
    }

    /// <summary>How far all fetches have come.</summary>
    public FetchProgress Progress { get; } = new();

    /// <summary>Fetches a file and checks its size and hash on the way.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="temporaryFolder">Where it is put until it is disposed; a local file stays where it lies.</param>
    /// <param name="cancellationToken">Ends it soon; nothing is left in the folder.</param>
    /// <exception cref="FirnException">It cannot be had, or is another file than the request says.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public DownloadedFile Fetch(FetchRequest request, string temporaryFolder, CancellationToken cancellationToken)
    {
        var location = FetchLocation.Parse(request.Url, _currentDirectory);
        var expected = new FileExpectation(request, request.Name ?? location.Display, _options.MaxBytes);
        return FromFirst(location, expected.Name, place =>
        {
            if (place.LocalPath is { } path)
            {
                return LocalFiles.Check(path, expected, Progress, cancellationToken);
            }

            using var transfer = new Transfer(_sender, _options, Progress, expected, temporaryFolder);
            return transfer.Run(place, cancellationToken);
        })!;
    }

    /// <summary>Reads a document, for example a page of an index; <see langword="null"/> where there is none (404, 410).</summary>
    /// <param name="url">An http, https or file URL, which may carry credentials; or a local path.</param>
    /// <param name="accept">The media types that are understood, as the Accept header has them.</param>
    /// <param name="limit">The most bytes that it may have, compressed or not.</param>
    /// <param name="cancellationToken">Ends it soon.</param>
    /// <exception cref="FirnException">It cannot be had, or is larger.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public FetchedDocument? TryReadDocument(string url, string accept, int limit, CancellationToken cancellationToken)
    {
        var location = FetchLocation.Parse(url, _currentDirectory);
        var reader = new DocumentReader(_sender, _options);
        return FromFirst(location, location.Display, place => place.LocalPath is { } path
            ? LocalFiles.TryReadDocument(path, limit)
            : reader.TryRead(place, accept, limit, cancellationToken));
    }

    public void Dispose() => _sender.Dispose();

    /// <summary>The first thing that one of the places has; what the last one says where none has it.</summary>
    private T? FromFirst<T>(FetchLocation location, string name, Func<FetchLocation, T?> read)
        where T : class
    {
        var places = _mirrors.PlacesOf(location);
        FirnException? failure = null;
        var wasAsked = false;
        foreach (var place in places)
        {
            if (place.Address is not null && _options.IsOffline)
            {
                continue;
            }

            wasAsked = true;
            try
            {
                if (read(place) is { } found)
                {
                    return found;
                }
            }
            catch (FirnException exception)
            {
                failure = exception;
            }
        }

        return wasAsked
            ? failure is null ? null : throw Located(failure, places)
            : throw new FirnException(
                $"{name} is not on this machine, and Firn is offline", $"run the command without {RequestSetting.IsOffline}, or add a mirror");
    }

    /// <summary>Says that mirrors were asked: the user sees another URL in the lock.</summary>
    private static FirnException Located(FirnException failure, ImmutableArray<FetchLocation> places) =>
        places.Length < 2
            ? failure
            : new FirnException(
                $"{failure.Text} (the last of {places.Length} mirrors)", failure.Hint, failure.Kind, failure);
}

/// <summary>A file that is wanted, and all that is known of it before it is there.</summary>
internal sealed record FetchRequest
{
    /// <summary>An http, https or file URL, which may carry credentials; or a local path.</summary>
    public required string Url { get; init; }

    /// <summary>One of the strongest algorithm must match; empty where no hash is known.</summary>
    public ImmutableArray<FileHash> Hashes { get; init; } = [];

    /// <summary>How many bytes the file has, where that is known.</summary>
    public long? Size { get; init; }

    /// <summary>How messages call it; else they show the URL without its credentials.</summary>
    public string? Name { get; init; }

    /// <summary>Shows no credentials.</summary>
    public override string ToString() => Name ?? Credentials.Remove(Url);
}

/// <summary>A file that is here and is what was asked for. Disposing removes it, unless it is a local file of the user's.</summary>
internal sealed class DownloadedFile(string path, ComputedDigests digests, bool isTemporary) : IDisposable
{
    public string Path { get; } = path;

    public Sha256Digest Sha256 { get; } = digests.Sha256;

    /// <summary>32 lower-case hexadecimal digits.</summary>
    public string Md5 { get; } = digests.Md5;

    public long Size { get; } = digests.Size;

    /// <summary>Whether it was downloaded; a local file is used where it lies.</summary>
    public bool IsTemporary { get; } = isTemporary;

    public void Dispose()
    {
        if (IsTemporary)
        {
            TemporaryFile.Remove(Path);
        }
    }
}

/// <summary>A small file that was read into memory, for example a page of an index.</summary>
/// <param name="Content">Its bytes, decompressed.</param>
/// <param name="ContentType">The header with its parameters, or empty.</param>
/// <param name="Url">
/// Where it was found at last, the base of its relative links. It has no <c>user:password@</c>; a token in its path is
/// still there, since the links need it: <see cref="Credentials.Remove"/> comes before a message.
/// </param>
internal sealed record FetchedDocument(byte[] Content, string ContentType, string Url)
{
    public override string ToString() => Credentials.Remove(Url);
}

/// <summary>How far a <see cref="Fetcher"/> has come; read while other threads fetch.</summary>
internal sealed class FetchProgress
{
    private long _received;
    private long _expected;
    private int _done;

    /// <summary>Bytes that are here; falls where a transfer begins anew.</summary>
    public long BytesReceived => Volatile.Read(ref _received);

    /// <summary>The sizes of the files that were begun, as far as they are known.</summary>
    public long BytesExpected => Volatile.Read(ref _expected);

    public int FilesDone => Volatile.Read(ref _done);

    public void Receive(long bytes) => Interlocked.Add(ref _received, bytes);

    public void Expect(long bytes) => Interlocked.Add(ref _expected, bytes);

    public void Finish() => Interlocked.Increment(ref _done);
}
