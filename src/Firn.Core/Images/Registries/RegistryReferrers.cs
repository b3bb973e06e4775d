using System.Collections.Immutable;
using System.Net;
using Firn.Common;
using Firn.Common.Json;
using Firn.Fetching;
using Firn.Images.Documents;

namespace Firn.Images.Registries;

/// <summary>
/// What is about an image, such as a list of what is in it: manifests that name it as their subject (distribution-spec, "Listing
/// Referrers"). Where a registry does not list them, an index under the tag <c>sha256-HEX</c> does ("Referrers Tag Schema").
/// </summary>
/// <param name="client">The repository.</param>
internal sealed class RegistryReferrers(RegistryClient client)
{
    private const int MaxPages = 100;
    private const int MaxTagTries = 5;

    /// <summary>What is about a manifest.</summary>
    /// <param name="subject">Its digest.</param>
    /// <param name="artifactType">Of which kind; <see langword="null"/> for all.</param>
    /// <param name="cancellation">Ends it.</param>
    public ImmutableArray<Descriptor> List(Sha256Digest subject, string? artifactType, CancellationToken cancellation)
    {
        var filter = artifactType is null ? string.Empty : $"?artifactType={Uri.EscapeDataString(artifactType)}";
        var found = ImmutableArray.CreateBuilder<Descriptor>();
        Uri? page = client.Api($"referrers/{subject}{filter}");
        for (var pages = 0; page is not null && pages < MaxPages; pages++)
        {
            if (Page(page, subject, cancellation) is not { } listed)
            {
                found.AddRange(Tagged(subject, cancellation)?.Manifests ?? []);
                break;
            }

            found.AddRange(listed.Index.Manifests);
            page = listed.Next;
        }

        // A registry may leave the choice to its clients.
        return [.. found.Where(referrer => artifactType is null || referrer.ArtifactType == artifactType).DistinctBy(static referrer => referrer.Digest)];
    }

    /// <summary>Stores a manifest that names its subject, so that it is found by it.</summary>
    /// <param name="manifest">The manifest, whose blobs are there.</param>
    /// <param name="cancellation">Ends it.</param>
    public void Add(FoundManifest manifest, CancellationToken cancellation)
    {
        if (client.Put(manifest, manifest.Descriptor.Digest.ToString(), cancellation))
        {
            return;
        }

        var referrer = JsonFields.TryRead(manifest.Content, root => root.Object("subject") is { } subject
            ? new Referrer(Descriptor.Read(subject).Digest, manifest.Descriptor with
            {
                ArtifactType = root.Text("artifactType") ?? (root.Object("config") ?? default).Text("mediaType"),
                Annotations = root.TextMembers("annotations"),
            })
            : null);
        if (referrer is not null)
        {
            AddToTag(referrer.Entry, referrer.Subject, cancellation);
        }
    }

    /// <summary>Who writes at the same time may write over what was written: so it is looked at afterwards.</summary>
    private void AddToTag(Descriptor referrer, Sha256Digest subject, CancellationToken cancellation)
    {
        for (var tries = 0; tries < MaxTagTries; tries++)
        {
            var index = Tagged(subject, cancellation) ?? new ImageIndex();
            if (index.Manifests.Any(listed => listed.Digest == referrer.Digest))
            {
                return;
            }

            var document = (index with { Manifests = index.Manifests.Add(referrer) }).Write();
            client.Put(new FoundManifest(Descriptor.Of(MediaTypes.Index, document), document), TagOf(subject), cancellation);
        }
    }

    private static string TagOf(Sha256Digest subject) => $"sha256-{subject.Hex}";

    private ImageIndex? Tagged(Sha256Digest subject, CancellationToken cancellation) =>
        client.TryManifest(TagOf(subject), cancellation) is { Descriptor.MediaType: MediaTypes.Index } found ? Read(found.Content, subject) : null;

    private ListedPage? Page(Uri page, Sha256Digest subject, CancellationToken cancellation)
    {
        var query = new HttpQuery { Name = $"what is about {subject} in {client.Repository}", Accept = MediaTypes.Index };
        return client.Ask(page, query, client.Reading, (answer, stall) =>
        {
            if (answer.Status != HttpStatusCode.OK || answer.Header("Content-Type")?.Split(';')[0].Trim() != MediaTypes.Index)
            {
                return answer.Status is HttpStatusCode.OK or HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.BadRequest
                    ? null
                    : throw client.Failure(answer, $"fetch {query.Name}", stall);
            }

            var body = RegistryTransport.Body(answer, RegistryClient.MaxManifest, stall);
            return body is null ? null : new ListedPage(Read(body, subject), NextOf(answer));
        }, cancellation);
    }

    private static ImageIndex Read(byte[] content, Sha256Digest subject)
    {
        try
        {
            return ImageIndex.Read(content);
        }
        catch (FormatException exception)
        {
            throw new FirnException($"the list of what is about {subject} cannot be read: {exception.Message}", "tell who runs the registry", innerException: exception);
        }
    }

    /// <summary><c>Link: &lt;URL&gt;; rel="next"</c>.</summary>
    private Uri? NextOf(HttpAnswer answer) =>
        answer.Header("Link") is { } link && link.StartsWith('<') && link.IndexOf('>') is > 1 and var end && link[end..].Contains("next", StringComparison.Ordinal)
            ? client.Resolve(answer.Address, link[1..end])
            : null;

    private sealed record Referrer(Sha256Digest Subject, Descriptor Entry);

    private sealed record ListedPage(ImageIndex Index, Uri? Next);
}
