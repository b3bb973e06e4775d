using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Analyses.Records;

/// <summary>Writes <see cref="Execution"/> as docs/formats/execution.md has it.</summary>
internal static class ExecutionWriter
{
    public static byte[] Write(Execution execution)
    {
        var command = SecretArguments.Mask(execution.Command);
        var json = new CanonicalJsonWriter();
        json.StartObject();
        json.String("schema", Execution.Schema);
        json.Boolean("ad_hoc", execution.IsAdHoc);
        json.Strings("changes_since_build", execution.ChangesSinceBuild);
        WriteCode(json, execution.Code);
        json.Strings("command", command.Arguments);
        json.Number("effective_processor_millis", execution.EffectiveProcessorMillis);
        json.String("ended", TimeText.Of(execution.Ended));
        json.Number("exit_code", execution.ExitCode);
        WriteFiles(json, "inputs", execution.Inputs);
        if (command.Masked.Count > 0)
        {
            json.Strings("masked_arguments", command.Masked);
        }

        json.Number("milliseconds", (long)(execution.Ended - execution.Started).TotalMilliseconds);
        json.Strings("missing_outputs", execution.MissingOutputs);
        json.String("name", execution.Name);
        WriteFiles(json, "outputs", execution.Outputs);
        ProblemsJson.Write(json, execution.Problems);
        json.String("project_folder", execution.ProjectFolder);
        json.Number("rerun_of", execution.RerunOf);
        json.String("signal", execution.Signal);
        json.String("started", TimeText.Of(execution.Started));
        json.String("subject", execution.Subject);
        json.Number("threads", execution.Threads);
        WriteVariables(json, execution.Variables);
        json.String("working_directory", execution.WorkingDirectory);
        json.EndObject();
        return json.WrittenDocument.ToArray();
    }

    private static void WriteCode(CanonicalJsonWriter json, ExecutionCode? code)
    {
        if (code is null)
        {
            return;
        }

        json.StartObject("code");
        json.String("commit", code.Commit);
        json.String("digest", code.Digest?.ToString());
        json.String("folder", code.Folder);
        json.Strings("left_out", code.LeftOut);
        json.Boolean("patch", code.HasPatch);
        json.String("remote", code.Remote);
        if (!code.Secret.IsEmpty)
        {
            json.Strings("secret", code.Secret);
        }

        json.Strings("untracked", code.Untracked);
        json.EndObject();
    }

    private static void WriteFiles(CanonicalJsonWriter json, string name, ImmutableArray<ExecutionFile> files)
    {
        if (files.IsDefault)
        {
            return;
        }

        json.StartArray(name);
        foreach (var file in files)
        {
            json.StartObject();
            json.String("path", file.Path);
            json.String("sha256", file.Digest?.Hex);
            json.Number("size", file.Size);
            json.EndObject();
        }

        json.EndArray();
    }

    /// <summary>A variable that was unset is <c>null</c>.</summary>
    private static void WriteVariables(CanonicalJsonWriter json, ImmutableSortedDictionary<string, string?> variables)
    {
        json.StartObject("variables");
        foreach (var (name, value) in variables)
        {
            json.Name(name);
            if (SecretVariables.Kept(name, value) is { } kept)
            {
                json.StringValue(kept);
            }
            else
            {
                json.Literal("null"u8);
            }
        }

        json.EndObject();
    }
}
