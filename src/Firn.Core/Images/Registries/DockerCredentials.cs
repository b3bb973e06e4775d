using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Json;
using Firn.Creation.Solvers;
using Firn.Runs.Launching;

namespace Firn.Images.Registries;

/// <summary>What convinces a registry, as <c>docker login</c> and the like keep it.</summary>
internal sealed record RegistryCredential
{
    private RegistryCredential()
    {
    }

    /// <summary>The header of a user with a password; <see langword="null"/> for tokens.</summary>
    public string? BasicHeader { get; private init; }

    /// <summary>A token for which the registry's token server gives tokens (docker's token specification, oauth.md).</summary>
    public string? IdentityToken { get; private init; }

    /// <summary>A token for the registry itself.</summary>
    public string? RegistryToken { get; private init; }

    /// <summary>Where it was found, for messages.</summary>
    public required string Source { get; init; }

    public static RegistryCredential Basic(string user, string password, string source) => OfHeader(
        "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")), source);

    public static RegistryCredential OfHeader(string header, string source) => new() { BasicHeader = header, Source = source };

    public static RegistryCredential Identity(string token, string source) => new() { IdentityToken = token, Source = source };

    public static RegistryCredential Token(string token, string source) => new() { RegistryToken = token, Source = source };

    /// <summary>Shows no credentials.</summary>
    public override string ToString() => Source;
}

/// <summary>
/// Finds what <c>docker login</c>, <c>podman login</c> and <c>skopeo login</c> keep: docker's configuration, then podman's files
/// (containers-auth.json(5)), each with its credential helpers. The first file that knows the registry decides.
/// </summary>
/// <param name="systemContext">Variables and home.</param>
internal sealed class DockerCredentials(SystemContext systemContext)
{
    private const int MaxFile = 1 << 20;
    private const string HubKey = "https://index.docker.io/v1/";
    private readonly List<string> _problems = [];

    /// <summary>What was met on the way, for the message of a registry that refuses; never holds a credential.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>The files, in the order in which they are asked.</summary>
    public ImmutableArray<string> Files
    {
        get
        {
            string Of(string? folder, string fallback, params ReadOnlySpan<string> rest) => Path.Join([folder ?? fallback, .. rest]);
            var home = systemContext.HomeDirectory;
            var files = ImmutableArray.CreateBuilder<string>();
            files.Add(Of(systemContext.Variable("DOCKER_CONFIG"), Path.Join(home, ".docker"), "config.json"));
            if (systemContext.Variable("REGISTRY_AUTH_FILE") is { } named)
            {
                files.Add(named);
            }

            if (systemContext.Variable("XDG_RUNTIME_DIR") is { } runtime)
            {
                files.Add(Path.Join(runtime, "containers", "auth.json"));
            }

            files.Add(Of(systemContext.Variable("XDG_CONFIG_HOME"), Path.Join(home, ".config"), "containers", "auth.json"));
            return [.. files.Select(file => Path.GetFullPath(file, systemContext.CurrentDirectory)).Distinct()];
        }
    }

    /// <summary>What is known of a repository's registry; <see langword="null"/> where nothing is.</summary>
    public RegistryCredential? Find(RegistryRepository repository, CancellationToken cancellation)
    {
        foreach (var file in Files)
        {
            var content = BoundedFile.Read(file, MaxFile);
            if (content.Status == FileReadStatus.Missing)
            {
                continue;
            }

            if (!content.IsComplete)
            {
                _problems.Add($"{file} is not used: {content.Reason}");
                continue;
            }

            try
            {
                // The element must not outlive its document.
                if (JsonFields.Read(content.Memory, root => new Found(Find(root, repository, file, cancellation))).Credential is { } found)
                {
                    return found;
                }
            }
            catch (FormatException)
            {
                // Why it is none may quote it.
                _problems.Add($"{file} is not used: it is not JSON");
            }
        }

        return null;
    }

    private RegistryCredential? Find(JsonElement root, RegistryRepository repository, string file, CancellationToken cancellation)
    {
        var keys = Keys(repository);
        foreach (var key in keys)
        {
            if ((root.Object("credHelpers") ?? default).Text(key) is { Length: > 0 } helper)
            {
                return Ask(helper, repository, cancellation);
            }
        }

        if (root.Text("credsStore") is { Length: > 0 } store && Ask(store, repository, cancellation) is { } stored)
        {
            return stored;
        }

        if (root.Object("auths") is not { } entries)
        {
            return null;
        }

        foreach (var key in keys)
        {
            foreach (var entry in entries.EnumerateObject())
            {
                if (entry.Value.ValueKind == JsonValueKind.Object && Normal(entry.Name) == key && Read(entry.Value, file) is { } credential)
                {
                    return credential;
                }
            }
        }

        return null;
    }

    /// <summary>The most specific first: podman's files may name a repository or a folder of them.</summary>
    private static ImmutableArray<string> Keys(RegistryRepository repository)
    {
        var keys = ImmutableArray.CreateBuilder<string>();
        for (var path = repository.Path; path.Length > 0; path = path.LastIndexOf('/') is > 0 and var slash ? path[..slash] : string.Empty)
        {
            keys.Add($"{repository.Host}/{path}");
        }

        keys.Add(repository.Host);
        if (repository.IsDockerHub)
        {
            keys.Add("index.docker.io");
            keys.Add(repository.ApiHost);
        }

        return keys.ToImmutable();
    }

    /// <summary>docker has keys such as <c>https://registry.example/v1/</c> (cli: credentials.ConvertToHostname).</summary>
    private static string Normal(string key)
    {
        var start = key.StartsWith("https://", StringComparison.Ordinal) ? 8 : key.StartsWith("http://", StringComparison.Ordinal) ? 7 : 0;
        var name = key[start..].TrimEnd('/');
        return name.EndsWith("/v1", StringComparison.Ordinal) || name.EndsWith("/v2", StringComparison.Ordinal) ? name[..^3] : name;
    }

    private static RegistryCredential? Read(JsonElement entry, string file)
    {
        if (entry.Text("identitytoken") is { Length: > 0 } identity)
        {
            return RegistryCredential.Identity(identity, file);
        }

        if (entry.Text("registrytoken") is { Length: > 0 } token)
        {
            return IsHeaderText(token) ? RegistryCredential.Token(token, file) : null;
        }

        var buffer = new byte[(entry.Text("auth") ?? string.Empty).Length];
        if (entry.Text("auth") is { Length: > 0 } packed && Convert.TryFromBase64String(packed, buffer, out var length)
            && Encoding.UTF8.GetString(buffer, 0, length).TrimEnd('\0').Split(':', 2) is [var user, var password])
        {
            return RegistryCredential.Basic(user, password, file);
        }

        return entry.Text("username") is { Length: > 0 } name && entry.Text("password") is { } word ? RegistryCredential.Basic(name, word, file) : null;
    }

    /// <summary>Asks a helper by its protocol (github.com/docker/docker-credential-helpers): the host in, JSON out.</summary>
    private RegistryCredential? Ask(string helper, RegistryRepository repository, CancellationToken cancellation)
    {
        var name = $"docker-credential-{helper}";
        if (!helper.All(static character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.'))
        {
            _problems.Add("a credential helper is not the name of a program");
            return null;
        }

        ProgramResult said;
        try
        {
            var program = ProgramFinder.Find(name, systemContext.CurrentDirectory, systemContext.Variables);
            said = ProgramRun.Run(
                program, ["get"], systemContext.CurrentDirectory, systemContext.Variables.ToImmutableDictionary(static pair => pair.Key, static pair => (string?)pair.Value),
                cancellation, input: repository.IsDockerHub ? HubKey : repository.Host);
        }
        catch (FirnException)
        {
            _problems.Add($"{name} cannot be run");
            return null;
        }

        if (said.ExitCode != 0)
        {
            // It fails the same way where it knows nothing of the registry; what it prints may be anything.
            _problems.Add($"{name} has no credentials for {repository.Host} (exit code {said.ExitCode})");
            return null;
        }

        return JsonFields.TryRead(said.Output, root => root.Text("Secret") is { Length: > 0 } secret
            ? root.Text("Username") is { Length: > 0 } user && user != "<token>" ? RegistryCredential.Basic(user, secret, name) : RegistryCredential.Identity(secret, name)
            : null);
    }

    /// <summary>Whether a text can stand in a header.</summary>
    internal static bool IsHeaderText(string text) => text.Length > 0 && text.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0;

    private sealed record Found(RegistryCredential? Credential);
}
