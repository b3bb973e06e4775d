using System.Text.Json;
using Firn.Common;
using Firn.Common.Json;
using Firn.Git;
using Firn.Python;
using Firn.Python.Distributions;

namespace Firn.Captures.Documents;

/// <summary>A distribution in a document.</summary>
internal static class DistributionJson
{
    public static void Write(CanonicalJsonWriter json, Distribution distribution, DocumentPaths paths)
    {
        json.StartObject();
        json.String("conda_package", distribution.CondaPackage);
        WriteDirectReference(json, distribution.DirectReference);
        WriteEditable(json, distribution.Editable);
        if (distribution.RecordedDigest is not null)
        {
            json.Number("files", distribution.FileCount);
        }

        json.String("installer", distribution.Installer);
        json.String("location", paths.Shorten(distribution.Location));
        json.String("metadata", paths.Shorten(distribution.MetadataPath));
        json.String("name", distribution.Name);
        json.String("owner", DocumentWords.Owners.Word((int)distribution.Owner));
        json.String("recorded_digest", distribution.RecordedDigest?.ToString());
        json.Boolean("requested", distribution.Requested);
        if (distribution.RecordedDigest is not null)
        {
            json.Number("size", distribution.Size);
        }

        json.String("system_package", distribution.SystemPackage);
        json.String("version", distribution.Version);
        json.EndObject();
    }

    public static Distribution Read(JsonElement element, DocumentPaths paths)
    {
        var name = element.RequiredText("name");
        return new Distribution
        {
            Name = name,
            CanonicalName = CanonicalName.Of(name),
            Version = element.Text("version") ?? string.Empty,
            MetadataPath = paths.Expand(element.Text("metadata") ?? string.Empty),
            Location = paths.Expand(element.Text("location") ?? string.Empty),
            Installer = element.Text("installer"),
            Requested = element.Flag("requested") ?? false,
            Owner = (DistributionOwner)DocumentWords.Owners.Value(element.Text("owner")),
            DirectReference = ReadDirectReference(element.Object("direct_url")),
            Editable = ReadEditable(element.Object("editable")),
            RecordedDigest = Sha256Digest.TryParse(element.Text("recorded_digest"), out var digest) ? digest : null,
            FileCount = element.Count("files"),
            Size = element.Number("size") ?? 0,
            SystemPackage = element.Text("system_package"),
            CondaPackage = element.Text("conda_package"),
        };
    }

    private static void WriteDirectReference(CanonicalJsonWriter json, DirectReference? reference)
    {
        if (reference is null)
        {
            return;
        }

        json.StartObject("direct_url");
        json.String("commit_id", reference.CommitId);
        json.Boolean("directory", reference.IsDirectory ? true : null);
        if (!reference.Hashes.IsEmpty)
        {
            json.Strings("hashes", reference.Hashes);
        }

        json.String("requested_revision", reference.RequestedRevision);
        json.String("subdirectory", reference.Subdirectory);
        json.String("url", reference.Url);
        json.String("vcs", reference.Vcs);
        json.EndObject();
    }

    private static DirectReference? ReadDirectReference(JsonElement? member) =>
        member is not { } element || element.Text("url") is not { } url
            ? null
            : new DirectReference(url)
            {
                Vcs = element.Text("vcs"),
                CommitId = element.Text("commit_id"),
                RequestedRevision = element.Text("requested_revision"),
                Subdirectory = element.Text("subdirectory"),
                Hashes = element.Texts("hashes"),
                IsDirectory = element.Flag("directory") ?? false,
            };

    private static void WriteEditable(CanonicalJsonWriter json, EditableProject? editable)
    {
        if (editable is null)
        {
            return;
        }

        json.StartObject("editable");
        json.String("path", editable.Path);
        if (editable.Repository is not null)
        {
            json.Name("repository");
            GitStateJson.Write(json, editable.Repository);
        }

        json.EndObject();
    }

    private static EditableProject? ReadEditable(JsonElement? member) =>
        member is not { } element || element.Text("path") is not { } path
            ? null
            : new EditableProject(
                path, element.Object("repository") is { } repository ? GitStateJson.Read(repository) : null);
}

/// <summary>A git repository's state in a document.</summary>
internal static class GitStateJson
{
    public static void Write(CanonicalJsonWriter json, GitState state)
    {
        json.StartObject();
        json.String("branch", state.Branch);
        json.String("commit", state.Commit);
        json.Boolean("dirty", state.IsDirty);
        json.Number("modified_count", state.ModifiedCount);
        json.Strings("modified_files", state.ModifiedFiles);
        json.String("remote", state.Remote);
        json.Boolean("staged_changes", state.HasStagedChanges);
        json.String("subdirectory", state.Subdirectory);
        json.String("work_tree", state.WorkTree);
        json.EndObject();
    }

    public static GitState Read(JsonElement element) => new()
    {
        WorkTree = element.Text("work_tree") ?? string.Empty,
        Subdirectory = element.Text("subdirectory"),
        Commit = element.Text("commit"),
        Branch = element.Text("branch"),
        Remote = element.Text("remote"),
        IsDirty = element.Flag("dirty"),
        HasStagedChanges = element.Flag("staged_changes"),
        ModifiedCount = element.Count("modified_count"),
        ModifiedFiles = element.Texts("modified_files"),
    };
}
