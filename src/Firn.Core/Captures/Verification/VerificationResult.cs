using System.Collections.Immutable;
using Firn.Captures.Differences;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Common.Json;

namespace Firn.Captures.Verification;

/// <summary>Whether an environment is what a capture says.</summary>
public sealed record VerificationResult
{
    /// <summary>The environment id of the capture.</summary>
    public required string CapturedId { get; init; }

    /// <summary>The environment id of the environment now.</summary>
    public required string ObservedId { get; init; }

    /// <summary>The prefix that was looked at.</summary>
    public required string Prefix { get; init; }

    /// <summary>What differs and belongs to the environment.</summary>
    public ImmutableArray<Difference> Differences { get; init; } = [];

    /// <summary>What differs and belongs to the machine: its facts, variables, libraries.</summary>
    public ImmutableArray<Difference> Notes { get; init; } = [];

    /// <summary>Files that differ, sorted by path; only where they were read.</summary>
    public ImmutableArray<FileDifference> Files { get; init; } = [];

    /// <summary>Whether the files were read.</summary>
    public bool ReadsData { get; init; }

    /// <summary>How many files were read.</summary>
    public long FileCount { get; init; }

    /// <summary>Their bytes.</summary>
    public long ByteCount { get; init; }

    /// <summary>What could not be checked.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];

    /// <summary>Parts of what the environment runs that were not compared; only where files were read.</summary>
    public ImmutableArray<UncomparedPart> Uncompared { get; init; } = [];

    /// <summary>How many compiled files Python would run that nothing was archived for: nothing proves them.</summary>
    public long UnprovenCount => Uncompared.Where(static part => part.Code == UncomparedPart.Bytecode).Sum(static part => part.Count);

    /// <summary>Whether there are compiled files of that kind.</summary>
    public bool HasUnproven => Uncompared.Any(static part => part.Code == UncomparedPart.Bytecode);

    /// <summary>Whether files were to be compared, and there was none that could be: nothing is said of them then.</summary>
    public bool IsUncompared => ReadsData && FileCount == 0;

    /// <summary>Whether the environment is equal, as far as was looked.</summary>
    public bool AreEqual => Differences.IsEmpty && Files.IsEmpty && !IsUncompared;

    /// <summary>Writes it as a document, <c>firn.verification/1</c>.</summary>
    public void WriteJson(Stream stream) => stream.Write(VerificationWriter.Write(this));
}

/// <summary>A file that is not what its package recorded.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Owner">The distribution or conda package, <c>python</c> for the interpreter, <c>files</c> for what no package owns.</param>
/// <param name="State">How it differs.</param>
/// <param name="Recorded">The recorded digest, or what a link leads to; <see langword="null"/> where only the name is recorded.</param>
/// <param name="Observed">What is there; <see langword="null"/> where nothing can be read.</param>
public sealed record FileDifference(string Path, string Owner, FileState State, string? Recorded, string? Observed)
{
    /// <summary>The word for how it differs, in documents and tables.</summary>
    public string Word => VerificationWriter.Word(State);
}

/// <summary>How a file differs from what is recorded of it.</summary>
public enum FileState
{
    /// <summary>It is not there.</summary>
    Missing,

    /// <summary>Its bytes, or where its link leads, are not the recorded ones.</summary>
    Edited,

    /// <summary>It cannot be read.</summary>
    Unreadable,

    /// <summary>The archive has no such file.</summary>
    Added,
}

/// <summary>A part of what an environment runs that was not compared.</summary>
/// <param name="Code">Which part: stable, listed in docs/formats/verification.md.</param>
/// <param name="Count">How many files; 0 where that is not known.</param>
/// <param name="Message">What was not compared, and why.</param>
/// <param name="Advice">What to do about it.</param>
public sealed record UncomparedPart(string Code, long Count, string Message, string Advice)
{
    /// <summary>The files, absolute, where they are known.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    internal const string Bytecode = "bytecode";
    internal const string Interpreter = "interpreter";
    internal const string Unowned = "files-of-no-package";
    internal const string Installation = "installation";
    internal const string Links = "links";
    internal const string Elsewhere = "files-elsewhere";
    internal const string WithoutDigest = "files-without-digest";
    internal const string Changed = "files-changed-by-restore";
    internal const string Variables = "variables";
    internal const string Missed = "files-not-archived";
    internal const string Everything = "everything";
}

/// <summary>Writes the document of <c>firn verify --json</c> (docs/formats/verification.md).</summary>
internal static class VerificationWriter
{
    public const string Schema = "firn.verification/1";

    // In the order of the enumeration's members.
    private static readonly EnumWords States = new("missing", "edited", "unreadable", "added");

    public static byte[] Write(VerificationResult result)
    {
        var json = CanonicalJsonWriter.Document(Schema);
        json.Number("bytes_read", result.ByteCount);
        json.String("captured_environment_id", result.CapturedId);
        DifferencesWriter.WriteItems(json, "differences", result.Differences);
        json.Boolean("equal", result.AreEqual);
        json.Objects("files", result.Files, file =>
        {
            json.String("observed", file.Observed);
            json.String("owner", file.Owner);
            json.String("path", file.Path);
            json.String("recorded", file.Recorded);
            json.String("state", States.Word((int)file.State));
        });
        json.Number("files_read", result.FileCount);
        json.Objects("not_compared", result.Uncompared, part =>
        {
            json.String("advice", part.Advice);
            json.String("code", part.Code);
            json.Number("files", part.Count);
            json.String("message", part.Message);
        });
        DifferencesWriter.WriteItems(json, "notes", result.Notes);
        json.String("observed_environment_id", result.ObservedId);
        json.String("prefix", result.Prefix);
        json.Boolean("read_data", result.ReadsData);
        return json.Finish();
    }

    /// <summary>The state as the document has it.</summary>
    public static string Word(FileState state) => States.Word((int)state);
}
