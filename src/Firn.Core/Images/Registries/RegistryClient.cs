using System.Collections.Immutable;
using System.Net;
using Firn.Common;
using Firn.Fetching;
using Firn.Fetching.Access;
using Firn.Images.Documents;
using Firn.Images.Layouts;

namespace Firn.Images.Registries;

/// <summary>
/// One repository of a registry, by the OCI distribution specification (github.com/opencontainers/distribution-spec, spec.md). Many
/// threads may use it at a time. What it gives has been verified, and what it is given reaches the registry or fails.
/// </summary>
internal sealed class RegistryClient : IDisposable
{
    /// <summary>The most that a manifest may have (distribution-spec, "Pushing Manifests").</summary>
    public const int MaxManifest = 4 * 1024 * 1024;

    /// <summary>Others that work with the same token may use up a new one before this request gets its turn.</summary>
    private const int MaxRenewals = 4;

    private static readonly string Accepted = string.Join(", ", [MediaTypes.Index, MediaTypes.Manifest, MediaTypes.DockerIndex, MediaTypes.DockerManifest]);

    private readonly HttpSender _sender;
    private readonly RegistryTransport _transport;
    private readonly RegistryAuthorizer _authorizer;
    private readonly AddressGuard _guard;

    private RegistryClient(RegistryRepository repository, Uri registry, RegistryOptions options, SystemContext systemContext)
    {
        (Repository, Options) = (repository, options);
        _sender = new HttpSender(options.Fetching, systemContext);
        _guard = new AddressGuard(registry, options, new ProxySettings(systemContext));
        _transport = new RegistryTransport(_sender, registry, _guard);
        _authorizer = new RegistryAuthorizer(repository, _transport, new DockerCredentials(systemContext), _guard, options);
    }

    /// <summary>Which repository.</summary>
    public RegistryRepository Repository { get; }

    /// <summary>How it is asked.</summary>
    public RegistryOptions Options { get; }

    /// <summary>Finds out how a registry is spoken to, and what it wants to be convinced by.</summary>
    /// <param name="repository">Which repository.</param>
    /// <param name="options">How.</param>
    /// <param name="systemContext">Variables, home and current folder.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="FirnException">Nobody answers there, or no registry.</exception>
    public static RegistryClient Connect(RegistryRepository repository, RegistryOptions options, SystemContext systemContext, CancellationToken cancellation)
    {
        var secure = new Uri($"https://{repository.ApiHost}/");
        if (!options.AllowsPlainHttp && !AddressGuard.IsLoopbackName(secure))
        {
            return Connect(repository, secure, options, options.Fetching.Retries, systemContext, cancellation);
        }

        // A registry on this machine mostly has no TLS: what speaks TLS does not understand the question.
        try
        {
            return Connect(repository, new Uri($"http://{repository.ApiHost}/"), options, Math.Min(options.Fetching.Retries, 1), systemContext, cancellation);
        }
        catch (FirnException failure)
        {
            try
            {
                return Connect(repository, secure, options, 0, systemContext, cancellation);
            }
            catch (FirnException)
            {
                throw failure;
            }
        }
    }

    private static RegistryClient Connect(
        RegistryRepository repository, Uri registry, RegistryOptions options, int retries, SystemContext systemContext, CancellationToken cancellation)
    {
        var client = new RegistryClient(repository, registry, options, systemContext);
        try
        {
            client.Ping(retries, cancellation);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _sender.Dispose();

    /// <summary>A manifest or an index, verified; <see langword="null"/> where there is none.</summary>
    /// <param name="reference">A tag or a digest.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="FirnException">It cannot be had, is too large, is none, or is another one than its digest says.</exception>
    public FoundManifest? TryManifest(string reference, CancellationToken cancellation)
    {
        var name = reference.Contains(':', StringComparison.Ordinal) ? $"{Repository}@{reference}" : $"{Repository}:{reference}";
        var query = new HttpQuery { Name = name, Accept = Accepted };
        return Ask(Api($"manifests/{reference}"), query, Reading, (answer, stall) =>
        {
            if (answer.Status == HttpStatusCode.NotFound)
            {
                return null;
            }

            if (answer.Status != HttpStatusCode.OK)
            {
                throw Failure(answer, $"fetch {name}", stall);
            }

            var content = RegistryTransport.Body(answer, MaxManifest, stall) ?? throw TooLarge(name);
            var digest = Sha256Digest.Of(content);
            var said = reference.Contains(':', StringComparison.Ordinal) ? reference : answer.Header("Docker-Content-Digest");
            if (said is not null && said.StartsWith("sha256:", StringComparison.Ordinal) && said != digest.ToString())
            {
                throw new FirnException($"{name} is {digest}, and not the {said} that it should be", "tell who runs the registry", FailureKind.Different);
            }

            return new FoundManifest(new Descriptor(ManifestKind.Of(content, answer.Header("Content-Type"), name), digest, content.Length), content);
        }, cancellation);
    }

    /// <summary>Whether the registry has a blob that is to be pushed.</summary>
    public bool Has(Descriptor blob, CancellationToken cancellation)
    {
        var query = new HttpQuery { Name = $"{blob.Digest} to {Repository}", Action = "push", Method = HttpMethod.Head };
        return Ask(Api($"blobs/{blob.Digest}"), query, Reading, (answer, stall) => answer.Status switch
        {
            HttpStatusCode.OK => new Found(answer.ContentLength is null || answer.ContentLength == blob.Size),
            HttpStatusCode.NotFound => new Found(false),
            _ => throw Failure(answer, $"push to {Repository}", stall),
        }, cancellation).Is;
    }

    /// <summary>A small blob, verified.</summary>
    /// <exception cref="FirnException">It cannot be had, is not small, or is another one.</exception>
    public byte[] Read(Descriptor blob, CancellationToken cancellation)
    {
        var name = $"{blob.Digest} of {Repository}";
        var query = new HttpQuery { Name = name };
        if (blob.Size > MaxManifest)
        {
            throw TooLarge(name);
        }

        return Ask(Api($"blobs/{blob.Digest}"), query, Reading, (answer, stall) =>
        {
            var content = answer.Status == HttpStatusCode.OK ? RegistryTransport.Body(answer, (int)blob.Size, stall) : throw Failure(answer, $"fetch {name}", stall);
            return content?.Length == blob.Size && Sha256Digest.Of(content) == blob.Digest ? content : throw new FirnException(
                $"what {Repository.Host} sends as {name} has another digest", "tell who runs the registry", FailureKind.Different);
        }, cancellation);
    }

    /// <summary>Fetches a blob, from where an earlier try left off, and verifies it.</summary>
    /// <param name="stage">Where it goes.</param>
    /// <param name="progress">Is told how many bytes came; a negative number where some have to come again.</param>
    /// <param name="cancellation">Ends it; what came stays.</param>
    /// <exception cref="FirnException">It cannot be had, or is another one.</exception>
    public void Fetch(BlobStage stage, Action<long> progress, CancellationToken cancellation)
    {
        const long leastProgress = 1 << 20;
        var name = $"{stage.Blob.Digest} of {Repository}";
        var retries = new RetryPolicy(Options.Fetching, name);
        var isSecondTry = false;
        while (true)
        {
            var before = stage.Length;
            try
            {
                if (stage.Length < stage.Blob.Size || stage.Blob.Size == 0)
                {
                    FetchRest(stage, name, progress, cancellation);
                }

                var length = stage.Length;
                if (stage.IsRight())
                {
                    return;
                }

                progress(-length);
                if (isSecondTry)
                {
                    throw new FirnException(
                        $"what {Repository.Host} sends as {stage.Blob.Digest} of {Repository} has another digest", "tell who runs the registry", FailureKind.Different);
                }

                isSecondTry = true;
            }
            catch (TransientFailure failure)
            {
                retries.Wait(failure, stage.Length - before >= leastProgress, cancellation);
            }
        }
    }

    private void FetchRest(BlobStage stage, string name, Action<long> progress, CancellationToken cancellation)
    {
        void Restart()
        {
            progress(-stage.Length);
            stage.Restart();
        }

        var query = new HttpQuery { Name = name, Headers = stage.Length > 0 ? [("Range", $"bytes={stage.Length}-")] : [] };
        Ask(Api($"blobs/{stage.Blob.Digest}"), query, Reading, (answer, stall) =>
        {
            var host = answer.Address.Authority;
            switch (answer.Status)
            {
                case HttpStatusCode.OK:
                    Restart();
                    break;
                case HttpStatusCode.PartialContent:
                    if (answer.ContentRange is not { HasRange: true, Unit: "bytes" } range || range.From != stage.Length || (range.Length ?? stage.Blob.Size) != stage.Blob.Size)
                    {
                        Restart();
                        throw new TransientFailure($"{host} sent another part than was asked for");
                    }

                    break;
                case HttpStatusCode.RequestedRangeNotSatisfiable:
                    Restart();
                    throw new TransientFailure($"{host} has no more of it");
                default:
                    throw Failure(answer, $"fetch {name}", stall);
            }

            if (answer.ContentLength is { } length && length > stage.Blob.Size - stage.Length)
            {
                throw new FirnException(
                    $"{name} is longer than the {stage.Blob.Size} bytes that its manifest says", "tell who runs the registry", FailureKind.Different);
            }

            var buffer = new byte[64 * 1024];
            while (answer.Read(buffer, stall) is var read and > 0)
            {
                stage.Append(buffer.AsSpan(0, read));
                progress(read);
            }

            return stage.Length == stage.Blob.Size ? stage : throw new TransientFailure($"{host} broke off after {stage.Length} of {stage.Blob.Size} bytes");
        }, cancellation, isRetried: false);
    }

    /// <summary>Stores a manifest or an index, under its digest or a tag.</summary>
    /// <returns>Whether the registry lists it among the referrers of its subject.</returns>
    /// <exception cref="FirnException">The registry refuses it.</exception>
    public bool Put(FoundManifest manifest, string reference, CancellationToken cancellation)
    {
        var name = reference.Contains(':', StringComparison.Ordinal) ? $"{Repository}@{reference}" : $"{Repository}:{reference}";
        if (manifest.Content.Length > MaxManifest)
        {
            throw TooLarge(name);
        }

        var query = new HttpQuery
        {
            Name = name,
            Action = "push",
            Method = HttpMethod.Put,
            Content = _ =>
            {
                var content = new ReadOnlyMemoryContent(manifest.Content);
                content.Headers.TryAddWithoutValidation("Content-Type", manifest.Descriptor.MediaType);
                return content;
            },
        };
        return Ask(Api($"manifests/{reference}"), query, Writing, (answer, stall) =>
        {
            if (answer.Status is not (HttpStatusCode.Created or HttpStatusCode.OK or HttpStatusCode.Accepted))
            {
                throw Failure(answer, $"push {name}", stall);
            }

            return answer.Header("Docker-Content-Digest") is { } stored && stored.StartsWith("sha256:", StringComparison.Ordinal) && stored != manifest.Descriptor.Digest.ToString()
                ? throw new FirnException($"{Repository.Host} stored {name} as {stored}, and not as {manifest.Descriptor.Digest}", "tell who runs the registry", FailureKind.Different)
                : new Found(answer.Header("OCI-Subject") is not null);
        }, cancellation).Is;
    }

    /// <summary>What it needs to be read.</summary>
    internal ImmutableArray<RegistryScope> Reading => [new RegistryScope(Repository.Path, false)];

    /// <summary>What it needs to be written to.</summary>
    internal ImmutableArray<RegistryScope> Writing => [new RegistryScope(Repository.Path, true)];

    /// <summary>The address of a part of the repository.</summary>
    internal Uri Api(string path) => new(_transport.Registry, $"v2/{Repository.Path}/{path}");

    /// <summary>What a Location means.</summary>
    internal Uri Resolve(Uri from, string? location) => _guard.Resolve(from, location, "a Location");

    /// <summary>The failure of an answer that was not hoped for.</summary>
    internal Exception Failure(HttpAnswer answer, string what, StallTimeout stall) => RegistryFailures.Of(answer, what, Repository, _authorizer, stall);

    /// <summary>Asks, convinces the registry where it wants to be, and tries again what may pass.</summary>
    /// <param name="address">Of the registry, or where it sent us.</param>
    /// <param name="query">What is asked.</param>
    /// <param name="scopes">What it needs.</param>
    /// <param name="take">Takes the answer.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="isRetried">Whether it is tried again here; else who calls does so.</param>
    /// <param name="timeout">How long nothing may come.</param>
    internal T Ask<T>(
        Uri address,
        HttpQuery query,
        ImmutableArray<RegistryScope> scopes,
        Func<HttpAnswer, StallTimeout, T> take,
        CancellationToken cancellation,
        bool isRetried = true,
        TimeSpan? timeout = null)
    {
        var retries = new RetryPolicy(Options.Fetching, query.Name, query.Action);
        var fetching = timeout is { } longer ? Options.Fetching with { StallTimeout = longer } : Options.Fetching;
        var renewals = 0;
        while (true)
        {
            try
            {
                // What is at another host carries its right in its address.
                var header = HttpSender.KeepsAuthorization(_transport.Registry, address) ? _authorizer.Header(scopes, cancellation) : null;
                using var stall = new StallTimeout(fetching, cancellation);
                using var answer = _transport.Send(address, query, header, stall);
                if (answer.Status == HttpStatusCode.Unauthorized && renewals++ < MaxRenewals && HttpSender.KeepsAuthorization(_transport.Registry, answer.Address)
                    && _authorizer.Renew(header, AuthenticationChallenge.Parse(answer.Header("WWW-Authenticate")), scopes))
                {
                    continue;
                }

                return take(answer, stall);
            }
            catch (TransientFailure failure) when (isRetried)
            {
                retries.Wait(failure, gotAhead: false, cancellation);
            }
        }
    }

    private void Ping(int tries, CancellationToken cancellation)
    {
        var name = Repository.Host;
        var query = new HttpQuery { Name = name, Action = "reach" };
        var retries = new RetryPolicy(Options.Fetching with { Retries = tries }, name, "reach");
        while (true)
        {
            try
            {
                using var stall = new StallTimeout(Options.Fetching, cancellation);
                using var answer = _transport.Send(new Uri(_transport.Registry, "v2/"), query, null, stall);
                if (answer.Status == HttpStatusCode.Unauthorized)
                {
                    _authorizer.Renew(null, AuthenticationChallenge.Parse(answer.Header("WWW-Authenticate")), []);
                }
                else if (answer.Status is not (HttpStatusCode.OK or HttpStatusCode.Forbidden))
                {
                    throw RegistryFailures.MayPass(answer) is { } passing ? passing : new FirnException(
                        $"{name} is no registry: it answers {HttpFailures.Text(answer.Status)} to /v2/", "check the name: HOST/PATH:TAG, for example registry.example/lab/study:1.0");
                }

                return;
            }
            catch (TransientFailure failure)
            {
                retries.Wait(failure, gotAhead: false, cancellation);
            }
        }
    }

    private static FirnException TooLarge(string name) =>
        new($"the manifest of {name} has more than {MaxManifest / 1024 / 1024} MiB, which registries do not take", "make an image with fewer layers", FailureKind.InvalidRequest);

    private sealed record Found(bool Is);
}

/// <summary>A manifest or an index with its bytes.</summary>
/// <param name="Descriptor">What it is.</param>
/// <param name="Content">Its bytes, which the digest is of.</param>
internal sealed record FoundManifest(Descriptor Descriptor, byte[] Content);
