using System.Text.Json;
using Firn.Common;
using Firn.Git;

namespace Firn.Captures.Json;

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
