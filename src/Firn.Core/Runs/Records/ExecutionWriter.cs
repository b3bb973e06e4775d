using System.Collections.Immutable;
using System.Text.Json;
using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Json;
using Firn.Runs.Secrets;

namespace Firn.Runs.Records;

/// <summary>Writes <see cref="Execution"/> as docs/formats/execution.md has it.</summary>
internal static class ExecutionWriter
{
    public static byte[] Write(Execution execution)
    {
        var command = SecretArguments.Mask(execution.Command);
        return JsonMembers.Write(
            Execution.Schema,
            execution with { Command = [.. command.Arguments], MaskedArguments = [.. command.Masked] },
            ExecutionJson.Table);
    }
}

/// <summary>Reads <c>run.json</c>.</summary>
internal static class ExecutionReader
{
    /// <summary>More than any run's document has.</summary>
    public const int Limit = 64 * 1024 * 1024;

    /// <summary>Reads the document; <paramref name="path"/> is for messages.</summary>
    /// <exception cref="FirnException">It is damaged or of a newer format.</exception>
    public static Execution Read(ReadOnlyMemory<byte> bytes, string path)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var root = document.RootElement;
            return root.Text("schema") == Execution.Schema
                ? ReadRoot(root)
                : throw new FirnException(
                    $"{path} is of the format {root.Text("schema") ?? "of no name"}, this firn knows {Execution.Schema}",
                    "use a newer firn");
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException or ArgumentException)
        {
            throw new FirnException(
                $"{path} is damaged: {JsonFailure.Reason(exception)}", "`firn store check` finds what is damaged",
                FailureKind.Different, exception);
        }
    }

    private static Execution ReadRoot(JsonElement root)
    {
        var execution = JsonMembers.Read<Execution>(root, ExecutionJson.Table);
        return execution.Command is [{ Length: > 0 }, ..] ? execution : throw new FormatException("`command` names no program");
    }
}

/// <summary>What a run did in a document: everything that leads to a file or a program is checked where it is read.</summary>
internal static class ExecutionJson
{
    public static Execution Table(JsonMembers json, Execution? run)
    {
        DateTimeOffset started;
        return new Execution
        {
            IsAdHoc = json.Flag("ad_hoc", run?.IsAdHoc) == true,
            ChangesSinceBuild = json.Texts("changes_since_build", run?.ChangesSinceBuild),
            Code = json.Object("code", run?.Code, Code),
            Command = json.OnlyTexts("command", run?.Command, Argument),
            EffectiveProcessorMillis = json.Number("effective_processor_millis", run?.EffectiveProcessorMillis),
            ExitCode = ExitCode(json.Derived("ended", run is null ? null : TimeText.Of(run.Ended)), run),
            Image = json.Object("image", run?.Image, Image),
            Inputs = json.ObjectsIfKnown("inputs", run?.Inputs, File),
            MaskedArguments = json.TextsIfAny("masked_arguments", run?.MaskedArguments),
            MissingOutputs = json.Keep(json.Number("milliseconds", Milliseconds(run)), out var milliseconds)
                .Texts("missing_outputs", run?.MissingOutputs),
            Name = json.RequiredText("name", run?.Name),
            Outputs = json.Objects("outputs", run?.Outputs, File),
            Problems = ProblemsJson.Of(json, run?.Problems),
            ProjectFolder = json.Text("project_folder", run?.ProjectFolder, ProjectFolder),
            RerunOf = json.Count("rerun_of", run?.RerunOf) is > 0 and var rerun ? rerun : null,
            Signal = json.Text("signal", run?.Signal),
            Started = started = json.RequiredTime("started", run?.Started),
            Ended = run?.Ended ?? Ended(started, milliseconds),
            Subject = json.RequiredText("subject", run?.Subject),
            Threads = json.Count("threads", run?.Threads) is > 0 and var threads ? threads : null,
            Variables = json.Other("variables", run?.Variables, SecretVariables.Write, ReadVariables),
            WorkingDirectory = json.RequiredText("working_directory", run?.WorkingDirectory, WorkingDirectory),
        };
    }

    private static ExecutionCode Code(JsonMembers json, ExecutionCode? code) => new()
    {
        Commit = json.Text("commit", code?.Commit, Commit),
        Digest = json.Digest("digest", code?.Digest),
        Folder = json.Text("folder", code?.Folder, CodeFolder) ?? ".",
        LeftOut = json.Texts("left_out", code?.LeftOut),
        HasPatch = json.Flag("patch", code?.HasPatch) == true,
        Remote = json.Text("remote", code?.Remote),
        Secret = json.TextsIfAny("secret", code?.Secret),
        Untracked = json.Texts("untracked", code?.Untracked),
    };

    private static ExecutionImage Image(JsonMembers json, ExecutionImage? image) => new(
        Engine: json.Text("engine", image?.Engine),
        Id: json.RequiredText("id", image?.Id),
        Name: json.RequiredText("name", image?.Name));

    private static ExecutionFile File(JsonMembers json, ExecutionFile? file) => new(
        Path: json.RequiredText("path", file?.Path, FilePath),
        Digest: json.HexDigest("sha256", file?.Digest),
        Size: Math.Max(json.Number("size", file?.Size) ?? 0, 0));

    private static int ExitCode(JsonMembers json, Execution? run) =>
        json.Number("exit_code", run?.ExitCode) is var code && (run is not null || code is >= 0 and <= 255)
            ? (int)code!
            : throw new FormatException("`exit_code` is missing or none");

    private static long? Milliseconds(Execution? run) => run is null ? null : (long)(run.Ended - run.Started).TotalMilliseconds;

    private static DateTimeOffset Ended(DateTimeOffset started, long? milliseconds)
    {
        var length = milliseconds is >= 0 and <= int.MaxValue ? milliseconds.Value : 0;
        return started <= DateTimeOffset.MaxValue.AddMilliseconds(-length)
            ? started.AddMilliseconds(length)
            : throw new FormatException("`started` is not a time of a run");
    }

    private static ImmutableSortedDictionary<string, string?> ReadVariables(JsonElement variables)
    {
        var found = ImmutableSortedDictionary.CreateBuilder<string, string?>(StringComparer.Ordinal);
        if (variables.ValueKind == JsonValueKind.Object)
        {
            foreach (var variable in variables.EnumerateObject())
            {
                var value = variable.Value.ValueKind == JsonValueKind.String ? variable.Value.GetString() : null;
                found[variable.Name] = variable.Name.Length > 0 && variable.Name.AsSpan().IndexOfAny('=', '\0') < 0
                    && value?.Contains('\0', StringComparison.Ordinal) != true
                    ? value
                    : throw new FormatException("a variable has a name or a value that no variable can have");
            }
        }

        return found.ToImmutable();
    }

    private static string Argument(string text) =>
        text.Contains('\0', StringComparison.Ordinal) ? throw new FormatException("`command` holds a NUL") : text;

    private static string WorkingDirectory(string path) =>
        path == "." || IsPath(path) ? path : throw new FormatException("`working_directory` is not a clean path");

    private static string ProjectFolder(string path) =>
        IsAbsolute(path) ? path : throw new FormatException("`project_folder` is not a clean absolute path");

    private static string CodeFolder(string path) =>
        path == "." || RelativePath.IsSafe(path) ? path : throw new FormatException("`folder` of the code leads out of the repository");

    private static string FilePath(string path) =>
        IsPath(path) ? path : throw new FormatException("`path` of a file is not a clean path");

    private static string Commit(string commit) =>
        commit.Length is 40 or 64 && Hex.Parse(commit) is not null ? commit : throw new FormatException("`commit` is not a commit's id");

    /// <summary>Below the project's folder, or absolute; never through a dot segment.</summary>
    private static bool IsPath(string path) => RelativePath.IsSafe(path) || IsAbsolute(path);

    private static bool IsAbsolute(string path) =>
        path.Length > 0 && path[0] == '/' && (path.Length == 1 || RelativePath.IsSafe(path.AsSpan(1)));
}
