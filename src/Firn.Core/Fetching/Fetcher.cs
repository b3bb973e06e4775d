using System.Collections.Immutable;
using Firn.Common;
using Firn.Fetching.Http;

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
    public Fetcher(FetchOptions options, Surroundings surroundings)
    {
        _options = options;
        _currentDirectory = surroundings.CurrentDirectory;
        _mirrors = new MirrorList(options.Mirrors, surroundings.CurrentDirectory);
        _sender = new HttpSender(options, surroundings);
    }

    /// <summary>How far all fetches have come.</summary>
    public FetchProgress Progress { get; } = new();

    /// <summary>Fetches a file and checks its size and hash on the way.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="temporaryFolder">Where it is put until it is disposed; a local file stays where it lies.</param>
    /// <param name="cancellationToken">Ends it soon; nothing is left in the folder.</param>
    /// <exception cref="FirnException">It cannot be had, or is another file than the request says.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public FetchedFile Fetch(FetchRequest request, string temporaryFolder, CancellationToken cancellationToken)
    {
        var location = FetchLocation.Parse(request.Url, _currentDirectory);
        var expected = new ExpectedFile(request, request.Name ?? location.Display, _options.MostBytes);
        return FromFirst(location, expected.Name, place =>
        {
            if (place.LocalPath is { } path)
            {
                return LocalSource.Check(path, expected, Progress, cancellationToken);
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
            ? LocalSource.TryReadDocument(path, limit)
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
                $"{name} is not on this machine, and Firn is offline", "run the command without --offline, or add a mirror");
    }

    /// <summary>Says that mirrors were asked: the user sees another URL in the lock.</summary>
    private static FirnException Located(FirnException failure, ImmutableArray<FetchLocation> places) =>
        places.Length < 2
            ? failure
            : new FirnException(
                $"{failure.Message} (the last of {places.Length} mirrors)", failure.Hint, failure.ExitCode, failure);
}
