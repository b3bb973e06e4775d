using Firn.Common.Json;
using Firn.Git;
using Firn.Python;
using Firn.Python.Distributions;

namespace Firn.Captures.Documents;

/// <summary>A distribution in a document.</summary>
internal static class DistributionJson
{
    public static Distribution Table(JsonMembers json, Distribution? distribution, DocumentPaths paths)
    {
        // How much it is, is known of a distribution with records.
        var recorded = distribution?.RecordedDigest is null ? null : distribution;
        string name;
        return new Distribution
        {
            CondaPackage = json.Text("conda_package", distribution?.CondaPackage),
            DirectReference = json.Object("direct_url", distribution?.DirectReference, Reference, mustHave: "url"),
            Editable = json.Object("editable", distribution?.Editable, Editable, mustHave: "path"),
            FileCount = json.Count("files", recorded?.FileCount),
            Installer = json.Text("installer", distribution?.Installer),
            Location = paths.Member(json, "location", distribution?.Location) ?? paths.Root,
            MetadataPath = paths.Member(json, "metadata", distribution?.MetadataPath) ?? paths.Root,
            Name = name = json.RequiredText("name", distribution?.Name),
            CanonicalName = distribution?.CanonicalName ?? CanonicalName.Of(name),
            Owner = (DistributionOwner)DocumentWords.Owners.Member(json, "owner", (int?)distribution?.Owner),
            RecordedDigest = json.Digest("recorded_digest", distribution?.RecordedDigest),
            Requested = json.Flag("requested", distribution?.Requested) ?? false,
            Size = json.Number("size", recorded?.Size) ?? 0,
            SystemPackage = json.Text("system_package", distribution?.SystemPackage),
            Version = json.Text("version", distribution?.Version) ?? string.Empty,
        };
    }

    private static DirectReference Reference(JsonMembers json, DirectReference? reference) => new(string.Empty)
    {
        CommitId = json.Text("commit_id", reference?.CommitId),
        IsDirectory = json.Mark("directory", reference?.IsDirectory),
        Hashes = json.TextsIfAny("hashes", reference?.Hashes),
        RequestedRevision = json.Text("requested_revision", reference?.RequestedRevision),
        Subdirectory = json.Text("subdirectory", reference?.Subdirectory),
        Url = json.RequiredText("url", reference?.Url),
        Vcs = json.Text("vcs", reference?.Vcs),
    };

    private static EditableProject Editable(JsonMembers json, EditableProject? editable) => new(
        Path: json.RequiredText("path", editable?.Path),
        Repository: json.Object("repository", editable?.Repository, GitStateJson.Table));
}

/// <summary>A git repository's state in a document.</summary>
internal static class GitStateJson
{
    public static GitState Table(JsonMembers json, GitState? state) => new()
    {
        Branch = json.Text("branch", state?.Branch),
        Commit = json.Text("commit", state?.Commit),
        IsDirty = json.Flag("dirty", state?.IsDirty),
        ModifiedCount = json.Count("modified_count", state?.ModifiedCount),
        ModifiedFiles = json.Texts("modified_files", state?.ModifiedFiles),
        Remote = json.Text("remote", state?.Remote),
        HasStagedChanges = json.Flag("staged_changes", state?.HasStagedChanges),
        Subdirectory = json.Text("subdirectory", state?.Subdirectory),
        WorkTree = json.Text("work_tree", state?.WorkTree) ?? string.Empty,
    };
}
