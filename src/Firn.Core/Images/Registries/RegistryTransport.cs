using System.Collections.Immutable;
using System.Net;
using System.Text;
using Firn.Common;
using Firn.Common.Json;
using Firn.Fetching;

namespace Firn.Images.Registries;

/// <summary>Asks a registry and those that it sends us to: redirects are looked at, and credentials never follow to another host.</summary>
/// <param name="sender">Asks servers.</param>
/// <param name="registry">The registry's address, <c>https://HOST/</c>.</param>
/// <param name="guard">Refuses what a registry must not send us to.</param>
internal sealed class RegistryTransport(HttpSender sender, Uri registry, AddressGuard guard)
{
    private const int MaxRedirects = 10;
    private const int BufferLength = 64 * 1024;

    /// <summary>The registry's address.</summary>
    public Uri Registry => registry;

    /// <summary>Asks, and gives the answer whatever its status is.</summary>
    /// <exception cref="FirnException">It cannot be asked.</exception>
    /// <exception cref="TransientFailure">No answer came.</exception>
    public HttpAnswer Send(Uri address, HttpQuery query, string? header, StallTimeout stall)
    {
        for (var hop = 0; hop <= MaxRedirects; hop++)
        {
            var answer = sender.SendOnce(address, query, header, stall);

            // What was sent with a redirected request is not sent again: no registry does so.
            if (query.Content is not null || answer.Status is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found
                or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect))
            {
                return answer;
            }

            using (answer)
            {
                var next = guard.Resolve(address, answer.Header("Location"), "a redirect");
                header = HttpSender.KeepsAuthorization(address, next) ? header : null;
                address = next;
            }
        }

        throw new FirnException($"{registry.Authority} answers with more than {MaxRedirects} redirects", "check the name of the registry");
    }

    /// <summary>What netrc says of the registry, where no file of docker's or podman's knows it.</summary>
    public RegistryCredential? FromNetrc(RegistryRepository repository) =>
        sender.Credentials.Find(repository.IsDockerHub ? new Uri("https://index.docker.io/") : registry, null) is { Header: { } header } found
        && header.StartsWith("Basic ", StringComparison.Ordinal)
            ? RegistryCredential.OfHeader(header, found.Source)
            : null;

    /// <summary>An answer's body; <see langword="null"/> where it is longer than the limit.</summary>
    public static byte[]? Body(HttpAnswer answer, int limit, StallTimeout stall)
    {
        if (answer.ContentLength > limit)
        {
            return null;
        }

        using var body = new MemoryStream();
        var buffer = new byte[BufferLength];
        while (answer.Read(buffer, stall) is var read and > 0)
        {
            if (body.Length + read > limit)
            {
                return null;
            }

            body.Write(buffer, 0, read);
        }

        return answer.ContentLength > body.Length ? throw new TransientFailure($"{answer.Address.Authority} broke off") : body.ToArray();
    }
}

/// <summary>Says what went wrong with a registry, and whether it may pass.</summary>
internal static class RegistryFailures
{
    private const int MaxBody = 64 * 1024;
    private const int MaxSaid = 200;

    /// <summary>The failure of an answer that may be another one a moment later; <see langword="null"/> for one that stays.</summary>
    public static TransientFailure? MayPass(HttpAnswer answer) => (int)answer.Status is 408 or 429 or 499 or (>= 500 and not 501 and not 505)
        ? new TransientFailure($"{answer.Address.Authority} answers {HttpFailures.Text(answer.Status)}", answer.RetryAfter())
        : null;

    /// <summary>The failure to throw for an answer that was not hoped for.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="what">What was to be done, for example <c>push lab/study:1.0</c>.</param>
    /// <param name="repository">Where.</param>
    /// <param name="authorizer">Knows what the registry got.</param>
    /// <param name="stall">Ends what stands still.</param>
    public static Exception Of(HttpAnswer answer, string what, RegistryRepository repository, RegistryAuthorizer authorizer, StallTimeout stall)
    {
        if (MayPass(answer) is { } passing)
        {
            return passing;
        }

        var host = answer.Address.Authority;
        var said = $"{HttpFailures.Text(answer.Status)}{Said(answer, stall)}";
        return answer.Status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new FirnException(
                $"cannot {what}: {host} refuses access{To(authorizer.Source)} ({said}){Beside(authorizer.Problems)}", SignIn(repository)),
            HttpStatusCode.NotFound => new FirnException(
                $"cannot {what}: {host} does not have it ({said})",
                "check the name; a private registry may also say so where credentials are missing", FailureKind.InvalidRequest),
            HttpStatusCode.RequestEntityTooLarge => new FirnException(
                $"cannot {what}: {host} takes no more at a time ({said})", "its proxy may have a limit that is too small, for example nginx' client_max_body_size"),
            _ => new FirnException($"cannot {what}: {host} answers {said}", "check the name of the registry, or tell who runs it"),
        };
    }

    /// <summary>What to do where a registry refuses.</summary>
    public static string SignIn(RegistryRepository repository) =>
        $"`docker login {repository.Host}`, or `podman login` or `skopeo login`, keeps credentials where firn finds them; check that they allow this";

    /// <summary>Whose credentials were refused.</summary>
    public static string To(string? source) => source is null ? string.Empty : $" to the credentials of {source}";

    /// <summary>What was met while credentials were looked for.</summary>
    public static string Beside(IReadOnlyList<string> problems) => problems.Count == 0 ? string.Empty : $"; {string.Join("; ", problems.Distinct())}";

    /// <summary>The registry's own words (distribution-spec, "Error Codes"), as far as they are for people.</summary>
    private static string Said(HttpAnswer answer, StallTimeout stall)
    {
        byte[]? body = null;
        try
        {
            body = RegistryTransport.Body(answer, MaxBody, stall);
        }
        catch (TransientFailure)
        {
            // The status says enough.
        }

        var errors = body is null ? default : JsonFields.TryRead(body, static root => new Errors(root.Objects("errors", static error =>
            error.Text("message") is { Length: > 0 } message ? message : error.Text("code") ?? string.Empty)));
        var text = errors is null ? string.Empty : string.Join("; ", errors.Messages.Where(static message => message.Length > 0));
        var clean = new StringBuilder(text.Length);
        foreach (var character in Credentials.RemoveFromText(text))
        {
            clean.Append(char.IsControl(character) ? ' ' : character);
        }

        return clean.Length == 0 ? string.Empty : $": {(clean.Length <= MaxSaid ? clean : clean.Remove(MaxSaid, clean.Length - MaxSaid).Append('…'))}";
    }

    private sealed record Errors(ImmutableArray<string> Messages);
}
