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
        json.Strings("modified_files", state.ModifiedFiles);
        json.String("remote", state.Remote);
        json.String("root", state.Root);
        json.Boolean("staged_changes", state.HasStagedChanges);
        json.EndObject();
    }
}
