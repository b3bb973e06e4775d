using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Firn.Tests.Fetching;

namespace Firn.Tests.Images.Registries;

/// <summary>
/// A registry in memory that keeps to the distribution specification until <see cref="Trouble"/> says otherwise: what real ones do only on
/// bad days cannot be had from a real one.
/// </summary>
internal sealed class LoopbackRegistry : IDisposable
{
    private readonly ConcurrentDictionary<string, MemoryStream> _sessions = new();
    private int _next;

    public LoopbackRegistry() => Server.Answer = request => Trouble(request) ?? Reply(request);

    public LoopbackServer Server { get; } = new();

    public string Host => Server.Authority;

    /// <summary>Answers before the registry does; <see langword="null"/> leaves it to that.</summary>
    public Func<LoopbackRequest, LoopbackReply?> Trouble { get; set; } = static _ => null;

    /// <summary>By <c>sha256:HEX</c>.</summary>
    public ConcurrentDictionary<string, byte[]> Blobs { get; } = new();

    /// <summary>By <c>REPOSITORY:TAG</c> and <c>REPOSITORY:DIGEST</c>.</summary>
    public ConcurrentDictionary<string, (string Type, byte[] Content)> Manifests { get; } = new();

    /// <summary>Whether it lists referrers and knows subjects.</summary>
    public bool KnowsReferrers { get; init; }

    /// <summary>The bytes of blobs that were sent here.</summary>
    public long Received => Server.Requests.Where(static request => request.Method is "PATCH" || (request.Method == "PUT" && request.Path.Contains("/uploads/", StringComparison.Ordinal)))
        .Sum(static request => (long)request.Body.Length);

    public static string DigestOf(byte[] content) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}";

    public string Put(string repository, string tag, string type, string content)
    {
        var bytes = Encoding.UTF8.GetBytes(content);
        Manifests[$"{repository}:{tag}"] = Manifests[$"{repository}:{DigestOf(bytes)}"] = (type, bytes);
        return DigestOf(bytes);
    }

    public void Dispose() => Server.Dispose();

    public LoopbackReply Reply(LoopbackRequest request)
    {
        var path = request.Path;
        if (path == "/v2/")
        {
            return new LoopbackReply();
        }

        var parts = path["/v2/".Length..].Split('/');
        var at = Array.FindLastIndex(parts, static part => part is "blobs" or "manifests" or "referrers");
        var repository = string.Join('/', parts[..at]);
        var rest = parts[(at + 1)..];
        return parts[at] switch
        {
            "manifests" => request.Method == "PUT" ? PutManifest(repository, rest[0], request) : GetManifest(repository, rest[0]),
            "referrers" => Referrers(repository, rest[0]),
            _ when rest[0] == "uploads" => Upload(repository, rest, request),
            _ => Blobs.TryGetValue(rest[0], out var blob) ? Content(blob, request) : new LoopbackReply { Status = 404 },
        };
    }

    private static LoopbackReply Content(byte[] blob, LoopbackRequest request)
    {
        if (request.Header("Range") is not { } range)
        {
            return new LoopbackReply { Body = blob };
        }

        var start = int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture);
        return new LoopbackReply { Status = 206, Body = blob[start..], Headers = { ["Content-Range"] = $"bytes {start}-{blob.Length - 1}/{blob.Length}" } };
    }

    private LoopbackReply GetManifest(string repository, string reference) => Manifests.TryGetValue($"{repository}:{reference}", out var found)
        ? new LoopbackReply { Body = found.Content, Headers = { ["Content-Type"] = found.Type, ["Docker-Content-Digest"] = DigestOf(found.Content) } }
        : new LoopbackReply { Status = 404 };

    private LoopbackReply PutManifest(string repository, string reference, LoopbackRequest request)
    {
        Manifests[$"{repository}:{reference}"] = Manifests[$"{repository}:{DigestOf(request.Body)}"] = (request.Header("Content-Type")!, request.Body);
        var reply = new LoopbackReply { Status = 201, Headers = { ["Docker-Content-Digest"] = DigestOf(request.Body) } };
        if (KnowsReferrers && SubjectOf(request.Body) is { } subject)
        {
            reply.Headers["OCI-Subject"] = subject;
        }

        return reply;
    }

    private LoopbackReply Referrers(string repository, string subject)
    {
        if (!KnowsReferrers)
        {
            return new LoopbackReply { Status = 404 };
        }

        var found = Manifests.Where(manifest => manifest.Key.StartsWith($"{repository}:sha256:", StringComparison.Ordinal) && SubjectOf(manifest.Value.Content) == subject)
            .Select(manifest => $$"""{"mediaType":"{{manifest.Value.Type}}","digest":"{{DigestOf(manifest.Value.Content)}}","size":{{manifest.Value.Content.Length}},"artifactType":"{{TypeOf(manifest.Value.Content)}}"}""");
        return LoopbackReply.Text($$"""{"schemaVersion":2,"manifests":[{{string.Join(',', found)}}]}""", "application/vnd.oci.image.index.v1+json");
    }

    private static string? SubjectOf(byte[] manifest)
    {
        using var document = System.Text.Json.JsonDocument.Parse(manifest);
        return document.RootElement.TryGetProperty("subject", out var subject) ? subject.GetProperty("digest").GetString() : null;
    }

    private static string? TypeOf(byte[] manifest)
    {
        using var document = System.Text.Json.JsonDocument.Parse(manifest);
        return document.RootElement.TryGetProperty("artifactType", out var type) ? type.GetString() : null;
    }

    private LoopbackReply Upload(string repository, string[] rest, LoopbackRequest request)
    {
        if (request.Method == "POST")
        {
            if (QueryOf(request, "mount") is { } mount && Blobs.ContainsKey(mount))
            {
                return new LoopbackReply { Status = 201, Headers = { ["Location"] = $"/v2/{repository}/blobs/{mount}" } };
            }

            var id = $"{Interlocked.Increment(ref _next)}";
            _sessions[$"{id}-0"] = new MemoryStream();
            return Session(202, repository, $"{id}-0", 0);
        }

        // As docker-registry: each answer names a place of its own, and an older one is not there any more.
        if (!_sessions.TryRemove(rest[1], out var session))
        {
            return new LoopbackReply { Status = 404 };
        }

        if (request.Method == "GET")
        {
            return Moved(204, repository, rest[1], session);
        }

        if (request.Method == "PATCH" && request.Header("Content-Range") is { } range && range.Split('-')[0] != $"{session.Length}")
        {
            _sessions[rest[1]] = session;
            return new LoopbackReply { Status = 416 };
        }

        session.Position = session.Length;
        session.Write(request.Body);
        if (request.Method == "PATCH")
        {
            return Moved(202, repository, rest[1], session);
        }

        var digest = QueryOf(request, "digest");
        if (digest != DigestOf(session.ToArray()))
        {
            return new LoopbackReply { Status = 400, Body = """{"errors":[{"code":"DIGEST_INVALID","message":"provided digest did not match uploaded content"}]}"""u8.ToArray() };
        }

        Blobs[digest] = session.ToArray();
        return new LoopbackReply { Status = 201, Headers = { ["Docker-Content-Digest"] = digest, ["Location"] = $"/v2/{repository}/blobs/{digest}" } };
    }

    private LoopbackReply Moved(int status, string repository, string id, MemoryStream session)
    {
        var parts = id.Split('-');
        var next = $"{parts[0]}-{int.Parse(parts[1], CultureInfo.InvariantCulture) + 1}";
        _sessions[next] = session;
        return Session(status, repository, next, session.Length);
    }

    private static LoopbackReply Session(int status, string repository, string id, long length) => new()
    {
        Status = status,
        Headers = { ["Location"] = $"/v2/{repository}/blobs/uploads/{id}?_state=x", ["Range"] = $"0-{Math.Max(0, length - 1)}" },
    };

    private static string? QueryOf(LoopbackRequest request, string name) =>
        request.Target.Split('?').ElementAtOrDefault(1)?.Split('&').Select(static pair => pair.Split('=', 2)).Where(pair => pair[0] == name)
            .Select(static pair => Uri.UnescapeDataString(pair[1])).FirstOrDefault();
}
