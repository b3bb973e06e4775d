using System.Collections.Immutable;
using System.Globalization;
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
        if (execution.Image is { } image)
        {
            json.StartObject("image");
            json.String("id", image.Id);
            json.String("name", image.Name);
            json.EndObject();
        }

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
        var started = Time(root, "started");
        return new Execution
        {
            Subject = root.RequiredText("subject"),
            Name = root.RequiredText("name"),
            RerunOf = root.Count("rerun_of") is > 0 and var rerun ? rerun : null,
            IsAdHoc = root.Flag("ad_hoc") == true,
            Command = Command(root),
            WorkingDirectory = root.RequiredText("working_directory") is var folder && (folder == "." || IsPath(folder))
                ? folder
                : throw new FormatException("`working_directory` is not a clean path"),
            ProjectFolder = root.Text("project_folder") is var project && (project is null || IsAbsolute(project))
                ? project
                : throw new FormatException("`project_folder` is not a clean absolute path"),
            Started = started,
            Ended = Ended(started, root.Count("milliseconds")),
            ExitCode = root.Number("exit_code") is >= 0 and <= 255 and var code
                ? (int)code
                : throw new FormatException("`exit_code` is missing or none"),
            Signal = root.Text("signal"),
            Variables = Variables(root),
            Threads = root.Count("threads") is > 0 and var threads ? threads : null,
            EffectiveProcessorMillis = root.Number("effective_processor_millis"),
            Inputs = root.TryGetProperty("inputs", out _) ? root.Objects("inputs", ReadFile) : default,
            Outputs = root.Objects("outputs", ReadFile),
            MaskedArguments = root.Texts("masked_arguments"),
            MissingOutputs = root.Texts("missing_outputs"),
            Code = root.Object("code") is { } kept ? ReadCode(kept) : null,
            Image = root.Object("image") is { } image ? new ExecutionImage(image.RequiredText("id"), image.RequiredText("name")) : null,
            ChangesSinceBuild = root.Texts("changes_since_build"),
            Problems = ProblemsJson.Read(root),
        };
    }

    private static ExecutionCode ReadCode(JsonElement code) => new()
    {
        Commit = code.Text("commit") is var commit && (commit is null || IsCommit(commit))
            ? commit
            : throw new FormatException("`commit` is not a commit's id"),
        Digest = Sha256Digest.TryParse(code.Text("digest"), out var digest) ? digest : null,
        Remote = code.Text("remote"),
        Folder = (code.Text("folder") ?? ".") is var folder && (folder == "." || RelativePath.IsSafe(folder))
            ? folder
            : throw new FormatException("`folder` of the code leads out of the repository"),
        HasPatch = code.Flag("patch") == true,
        Untracked = code.Texts("untracked"),
        LeftOut = code.Texts("left_out"),
        Secret = code.Texts("secret"),
    };

    private static ExecutionFile ReadFile(JsonElement file) => new(
        file.RequiredText("path") is var path && IsPath(path) ? path : throw new FormatException("`path` of a file is not a clean path"),
        Sha256Digest.TryParse(file.Text("sha256"), out var digest) ? digest : null,
        file.Number("size") is { } size and >= 0 ? size : 0);

    private static ImmutableSortedDictionary<string, string?> Variables(JsonElement root)
    {
        var found = ImmutableSortedDictionary.CreateBuilder<string, string?>(StringComparer.Ordinal);
        if (root.Object("variables") is { } variables)
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

    private static DateTimeOffset Time(JsonElement root, string name) =>
        DateTimeOffset.TryParse(
            root.RequiredText(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new FormatException($"`{name}` is not a time");

    private static DateTimeOffset Ended(DateTimeOffset started, int milliseconds) =>
        started <= DateTimeOffset.MaxValue.AddMilliseconds(-milliseconds)
            ? started.AddMilliseconds(milliseconds)
            : throw new FormatException("`started` is not a time of a run");

    /// <summary>What is started by it: texts that arrive whole, of which the first names a program.</summary>
    private static ImmutableArray<string> Command(JsonElement root)
    {
        var command = ImmutableArray.CreateBuilder<string>();
        foreach (var item in root.Items("command"))
        {
            var text = item.ValueKind == JsonValueKind.String ? item.GetString()! : throw new FormatException("`command` holds what is not text");
            command.Add(text.Contains('\0', StringComparison.Ordinal) ? throw new FormatException("`command` holds a NUL") : text);
        }

        return command.Count > 0 && command[0].Length > 0
            ? command.ToImmutable()
            : throw new FormatException("`command` names no program");
    }

    /// <summary>Below the project's folder, or absolute; never through a dot segment.</summary>
    private static bool IsPath(string path) => RelativePath.IsSafe(path) || IsAbsolute(path);

    private static bool IsAbsolute(string path) =>
        path.Length > 0 && path[0] == '/' && (path.Length == 1 || RelativePath.IsSafe(path.AsSpan(1)));

    private static bool IsCommit(string commit) => commit.Length is 40 or 64 && Hex.Parse(commit) is not null;
}
