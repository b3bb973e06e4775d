using System.Collections.Immutable;
using System.Text.Json;
using Firn.Common.Json;

namespace Firn.Fetching.Access;

/// <summary>
/// The file in which <c>pixi auth login</c> and <c>rattler auth login</c> keep credentials: an object by host, or by
/// <c>*.DOMAIN</c> (rattler_networking: authentication_storage/backends/file.rs, authentication.rs).
/// </summary>
/// <param name="Hosts">What is known by host; kinds that Firn does not send (S3, OAuth) are left out.</param>
/// <param name="Problem">What is wrong with the file; never holds a credential.</param>
internal sealed record RattlerCredentials(ImmutableDictionary<string, HostAuthorization> Hosts, string? Problem)
{
    private static readonly ImmutableDictionary<string, HostAuthorization> None =
        ImmutableDictionary.Create<string, HostAuthorization>(StringComparer.OrdinalIgnoreCase);

    /// <param name="content">The bytes of the file.</param>
    /// <param name="source">Its path, for messages.</param>
    public static RattlerCredentials Parse(ReadOnlyMemory<byte> content, string source) =>
        // Why it is none may quote the file.
        JsonFields.TryRead(content, root => ReadRoot(root, source)) ?? new RattlerCredentials(None, "it is not JSON");

    /// <summary>What is known of exactly this host.</summary>
    public HostAuthorization? Find(string host) => Hosts.GetValueOrDefault(host);

    /// <summary>What is known of <c>*.HOST</c>, then of each domain above it (storage.rs get_by_url_with_host).</summary>
    public HostAuthorization? FindWildcard(string host)
    {
        var domain = host;
        while (true)
        {
            if (Hosts.TryGetValue("*." + domain, out var authorization))
            {
                return authorization;
            }

            var dot = domain.IndexOf('.', StringComparison.Ordinal);
            if (dot < 0)
            {
                return null;
            }

            domain = domain[(dot + 1)..];
        }
    }

    private static RattlerCredentials ReadRoot(JsonElement root, string source)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return new RattlerCredentials(None, "it is not an object");
        }

        var hosts = None.ToBuilder();
        foreach (var member in root.EnumerateObject())
        {
            if (Read(member.Value, source) is { } authorization)
            {
                hosts[member.Name] = authorization;
            }
        }

        return new RattlerCredentials(hosts.ToImmutable(), null);
    }

    private static HostAuthorization? Read(JsonElement value, string source)
    {
        if (value.Text("BearerToken") is { } bearer)
        {
            return HostAuthorization.Bearer(bearer, source);
        }

        if (value.Text("CondaToken") is { } token)
        {
            return HostAuthorization.OfCondaToken(token, source);
        }

        // rattler-build's documentation had BasicHttp; the code reads BasicHTTP.
        return (value.Object("BasicHTTP") ?? value.Object("BasicHttp")) is { } basic
            && basic.Text("username") is { } user && basic.Text("password") is { } password
                ? HostAuthorization.Basic(user, password, source)
                : null;
    }
}
