using System.Collections.Immutable;
using System.Text.Json;
using Firn.Archives.Documents;
using Firn.Captures.Differences;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Json;

namespace Firn.Runs.Building;

/// <summary>
/// The files of an environment when an analysis was built (docs/formats/execution.md): more than its capture tells, which does
/// not know of a file that was edited in place, or that no package owns.
/// </summary>
/// <param name="Code">What the file system said of what <paramref name="Archive"/> does not hold.</param>
/// <param name="Archive">The archive's document; <see langword="null"/> where the environment is not archived.</param>
internal sealed record BuiltFiles(Sha256Digest Code, ReadOnlyMemory<byte>? Archive)
{
    private const string Schema = "firn.built-files/1";
    private const string StateName = "built-files.json";
    private const string ArchiveName = "built-archive.json";
    private const int MaxBytes = 64 * 1024;

    /// <summary>Reads them; <see langword="null"/> where there are none that can be read, as of an earlier version.</summary>
    public static BuiltFiles? Read(string folder)
    {
        var content = BoundedFile.Read(Path.Join(folder, StateName), MaxBytes);
        return content.IsComplete ? JsonFields.TryRead(content.Memory, root => Read(root, folder)) : null;
    }

    private static BuiltFiles? Read(JsonElement root, string folder)
    {
        if (root.Text("schema") != Schema || !Sha256Digest.TryParse(root.Text("code"), out var code))
        {
            return null;
        }

        if (!Sha256Digest.TryParse(root.Text("archive"), out var digest))
        {
            return new BuiltFiles(code, null);
        }

        var archive = BoundedFile.Read(Path.Join(folder, ArchiveName), ArchiveReader.Limit);
        return archive.IsComplete && Sha256Digest.Of(archive.Bytes) == digest ? new BuiltFiles(code, archive.Memory) : null;
    }

    /// <exception cref="FirnException">The folder cannot be written to.</exception>
    public void Write(string folder)
    {
        var json = new CanonicalJsonWriter();
        json.StartObject();
        json.String("schema", Schema);
        json.String("archive", Archive is { } bytes ? Sha256Digest.Of(bytes.Span).ToString() : null);
        json.String("code", Code.ToString());
        json.EndObject();
        if (Archive is { } archive)
        {
            using var document = AtomicFile.Stage(Path.Join(folder, ArchiveName), archive.Span);
            document.Place();
        }

        using var state = AtomicFile.Stage(Path.Join(folder, StateName), json.WrittenDocument.ToArray());
        state.Place();
    }
}

/// <summary>The environment of an analysis as it was when the analysis was built.</summary>
/// <param name="Capture">The environment.</param>
/// <param name="Document">Its document.</param>
/// <param name="Time">When it was written.</param>
/// <param name="Files">Its files; <see langword="null"/> where a firn of before built it.</param>
internal sealed record BuiltCapture(Capture Capture, ReadOnlyMemory<byte> Document, DateTimeOffset Time, BuiltFiles? Files);

/// <summary>What changed between two captures of an environment, for people.</summary>
internal static class EnvironmentChanges
{
    /// <summary>One line each; the machine is left out, since a build may be made on another one.</summary>
    public static ImmutableArray<string> Of(Capture before, Capture now)
    {
        var lines = ImmutableArray.CreateBuilder<string>();
        if (before.Environment.Prefix != now.Environment.Prefix && before.EnvironmentId != now.EnvironmentId)
        {
            lines.Add($"environment {before.Environment.Prefix} -> {now.Environment.Prefix}");
        }

        foreach (var item in CaptureComparer.Compare(before, now).Items)
        {
            if (item.Kind is DifferenceKind.Host)
            {
                continue;
            }

            lines.Add(item.Change switch
            {
                DifferenceChange.Added => $"added {Kind(item.Kind)}{item.Name} {item.Second}",
                DifferenceChange.Removed => $"removed {Kind(item.Kind)}{item.Name} {item.First}",
                DifferenceChange.Contents => $"other contents of {Kind(item.Kind)}{item.Name}: {item.First} -> {item.Second}",
                _ => $"{Kind(item.Kind)}{item.Name} {item.First} -> {item.Second}",
            });
        }

        return lines.ToImmutable();
    }

    private static string Kind(DifferenceKind kind) => kind switch
    {
        DifferenceKind.Interpreter => "interpreter ",
        DifferenceKind.CondaPackage => "conda package ",
        DifferenceKind.NativeLibrary => "library ",
        DifferenceKind.Variable => "variable ",
        _ => string.Empty,
    };
}
