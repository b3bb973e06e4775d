using System.Collections.Immutable;
using System.Text.Json;
using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Json;

namespace Firn.Runs.Code;

/// <summary>What a file of the code is.</summary>
internal enum CodeFileKind
{
    File,
    Executable,
    Link,
}

/// <summary>A file of the code.</summary>
/// <param name="Path">Relative to the work tree, without git to the project's folder.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Digest">Of its bytes; <see langword="null"/> of a link.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Target">Where a link leads; <see langword="null"/> of a file.</param>
internal sealed record CodeFile(string Path, CodeFileKind Kind, Sha256Digest? Digest, long Size, string? Target);

/// <summary>A file that was not kept with the code.</summary>
/// <param name="Path">As of <see cref="CodeFile"/>.</param>
/// <param name="Reason">Why, for people.</param>
internal sealed record CodeLeftOut(string Path, string Reason);

/// <summary>
/// The code of a run as bytes: all files of its work tree as they lay there, as objects of the store (docs/formats/code.md).
/// </summary>
/// <param name="Files">In the order of their paths.</param>
/// <param name="LeftOut">In the order of their paths.</param>
internal sealed record CodeDocument(ImmutableArray<CodeFile> Files, ImmutableArray<CodeLeftOut> LeftOut)
{
    public const string Schema = "firn.code/1";

    /// <summary>More than any document has.</summary>
    public const int Limit = 256 * 1024 * 1024;

    private static readonly string[] Kinds = ["file", "executable", "link"];

    public byte[] Write()
    {
        var json = new CanonicalJsonWriter();
        json.StartObject();
        json.String("schema", Schema);
        json.StartArray("files");
        var objects = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var file in Files)
        {
            json.StartObject();
            json.String("kind", Kinds[(int)file.Kind]);
            json.String("path", file.Path);
            json.String("sha256", file.Digest?.Hex);
            json.Number("size", file.Digest is null ? null : file.Size);
            json.String("target", file.Target);
            json.EndObject();
            if (file.Digest is { } digest)
            {
                objects.Add(digest.ToString());
            }
        }

        json.EndArray();
        json.StartArray("left_out");
        foreach (var file in LeftOut)
        {
            json.StartObject();
            json.String("path", file.Path);
            json.String("reason", file.Reason);
            json.EndObject();
        }

        json.EndArray();
        json.Strings("objects", objects);
        json.EndObject();
        return json.WrittenDocument.ToArray();
    }

    /// <summary>Reads a document; <paramref name="path"/> is for messages.</summary>
    /// <exception cref="FirnException">It is damaged, or of a newer format.</exception>
    public static CodeDocument Read(ReadOnlyMemory<byte> bytes, string path) => JsonFields.Read(
        bytes,
        root => root.Text("schema") is var schema && schema != Schema
            ? throw new FirnException($"{path} is of the format {schema ?? "of no name"}, this firn knows {Schema}", "use a newer firn")
            : new CodeDocument(
                root.Objects("files", ReadFile),
                root.Objects("left_out", static file => new CodeLeftOut(file.RequiredText("path"), file.RequiredText("reason")))),
        (reason, exception) => new FirnException(
            $"{path} is damaged: {reason}", "`firn store check` finds what is damaged", FailureKind.Different, exception));

    private static CodeFile ReadFile(JsonElement file)
    {
        var path = file.RequiredText("path");
        var kind = (CodeFileKind)Array.IndexOf(Kinds, file.RequiredText("kind"));
        var target = file.Text("target");
        var digest = Sha256Digest.TryParse(file.Text("sha256"), out var parsed) ? parsed : null;
        if (!RelativePath.IsSafe(path) || kind < 0)
        {
            throw new FormatException("a file of the code has no path below it, or is of no known kind");
        }

        return kind == CodeFileKind.Link
            ? target is { Length: > 0 } && !target.Contains('\0', StringComparison.Ordinal)
                ? new CodeFile(path, kind, null, 0, target)
                : throw new FormatException("a link of the code leads nowhere")
            : digest is not null && file.Number("size") is { } size and >= 0
                ? new CodeFile(path, kind, digest, size, null)
                : throw new FormatException("a file of the code has no digest or no size");
    }
}
