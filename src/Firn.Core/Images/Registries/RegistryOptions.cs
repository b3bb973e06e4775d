using Firn.Fetching;

namespace Firn.Images.Registries;

/// <summary>How registries are asked.</summary>
internal sealed record RegistryOptions
{
    /// <summary>Whether the named registries may be asked without TLS; one on loopback always may.</summary>
    public bool AllowsPlainHttp { get; init; }

    /// <summary>Whether a registry may send us to private addresses, though it has none itself.</summary>
    public bool AllowsPrivateAddresses { get; init; }

    /// <summary>
    /// How many bytes of a blob are sent at a time, and so what an interruption costs: a registry may forget a chunk that was cut.
    /// </summary>
    public long ChunkSize { get; init; } = 32L << 20;

    /// <summary>How many blobs are on their way at a time.</summary>
    public int Parallel { get; init; } = 4;

    /// <summary>How often and how long. A worker asks for a token while it holds its place, so there are more places than workers.</summary>
    public FetchOptions Fetching { get; init; } = new() { MaxPerHost = 16, FirstDelay = TimeSpan.FromSeconds(1) };

    /// <summary>How long a registry may take to store what it got: it reads a large blob once more before it answers.</summary>
    public TimeSpan CommitTimeout { get; init; } = TimeSpan.FromMinutes(10);
}

/// <summary>A repository of a registry.</summary>
/// <param name="Host">The registry as names have it: <c>registry.example:5000</c>, <c>docker.io</c>.</param>
/// <param name="Path">The repository in it: <c>lab/study</c>.</param>
internal sealed record RegistryRepository(string Host, string Path)
{
    /// <summary>The registry of names that name none, as docker has it.</summary>
    public const string DockerHub = "docker.io";

    /// <summary>Whether it is Docker Hub, which has rules of its own.</summary>
    public bool IsDockerHub => Host == DockerHub;

    /// <summary>Who is asked: Docker Hub answers elsewhere (github.com/distribution/reference; docker's registry/config.go).</summary>
    public string ApiHost => IsDockerHub ? "registry-1.docker.io" : Host;

    /// <summary>Of a name: without a registry it is Docker Hub's, and there without a folder it is an official image.</summary>
    public static RegistryRepository Of(ImageReference name)
    {
        var path = name.Host is { } named ? name.Name[(named.Length + 1)..] : name.Name;
        var host = name.Host is null or "index.docker.io" ? DockerHub : name.Host;
        return new RegistryRepository(host, host == DockerHub && !path.Contains('/', StringComparison.Ordinal) ? $"library/{path}" : path);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Host}/{Path}";
}

/// <summary>What a token may be used for (distribution-spec; docker's token specification, scope.md).</summary>
/// <param name="Repository">The repository's path.</param>
/// <param name="IsWriting">Whether it is written to.</param>
internal sealed record RegistryScope(string Repository, bool IsWriting)
{
    /// <inheritdoc/>
    public override string ToString() => $"repository:{Repository}:{(IsWriting ? "pull,push" : "pull")}";
}
