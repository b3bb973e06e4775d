using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Firn.Common;

namespace Firn.Analyses.Records;

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
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException)
        {
            throw new FirnException(
                $"{path} is damaged: {exception.Message.TrimEnd('.')}", "`firn store check` finds what is damaged",
                ExitCodes.Different, exception);
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
            Command = root.Texts("command"),
            WorkingDirectory = root.RequiredText("working_directory"),
            ProjectFolder = root.Text("project_folder"),
            Started = started,
            Ended = started.AddMilliseconds(root.Count("milliseconds")),
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
            ChangesSinceBuild = root.Texts("changes_since_build"),
            Problems = ProblemsJson.Read(root),
        };
    }

    private static ExecutionCode ReadCode(JsonElement code) => new()
    {
        Commit = code.Text("commit"),
        Digest = Sha256Digest.TryParse(code.Text("digest"), out var digest) ? digest : null,
        Remote = code.Text("remote"),
        Folder = code.Text("folder") ?? ".",
        HasPatch = code.Flag("patch") == true,
        Untracked = code.Texts("untracked"),
        LeftOut = code.Texts("left_out"),
        Secret = code.Texts("secret"),
    };

    private static ExecutionFile ReadFile(JsonElement file) => new(
        file.RequiredText("path"),
        Sha256Digest.TryParse(file.Text("sha256"), out var digest) ? digest : null,
        file.Number("size") is { } size and >= 0 ? size : 0);

    private static ImmutableSortedDictionary<string, string?> Variables(JsonElement root)
    {
        var found = ImmutableSortedDictionary.CreateBuilder<string, string?>(StringComparer.Ordinal);
        if (root.Object("variables") is { } variables)
        {
            foreach (var variable in variables.EnumerateObject())
            {
                found[variable.Name] = variable.Value.ValueKind == JsonValueKind.String ? variable.Value.GetString() : null;
            }
        }

        return found.ToImmutable();
    }

    private static DateTimeOffset Time(JsonElement root, string name) =>
        DateTimeOffset.TryParse(
            root.RequiredText(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new FormatException($"`{name}` is no time");
}
