using System.Collections.Immutable;
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

    /// <summary>The objects of the store that it needs, sorted.</summary>
    private SortedSet<string> Objects =>
        new(Files.Where(static file => file.Digest is not null).Select(static file => file.Digest!.ToString()), StringComparer.Ordinal);

    public byte[] Write() => JsonMembers.Write(Schema, this, Table);

    /// <summary>Reads a document; <paramref name="path"/> is for messages.</summary>
    /// <exception cref="FirnException">It is damaged, or of a newer format.</exception>
    public static CodeDocument Read(ReadOnlyMemory<byte> bytes, string path) => JsonFields.Read(
        bytes,
        root => root.Text("schema") is var schema && schema != Schema
            ? throw new FirnException($"{path} is of the format {schema ?? "of no name"}, this firn knows {Schema}", "use a newer firn")
            : JsonMembers.Read<CodeDocument>(root, Table),
        (reason, exception) => new FirnException(
            $"{path} is damaged: {reason}", "`firn store check` finds what is damaged", FailureKind.Different, exception));

    private static CodeDocument Table(JsonMembers json, CodeDocument? code)
    {
        var document = new CodeDocument(
            Files: json.Objects("files", code?.Files, File),
            LeftOut: json.Objects("left_out", code?.LeftOut, NotKept));
        json.Derived("objects", code?.Objects);
        return document;
    }

    private static CodeFile File(JsonMembers json, CodeFile? file)
    {
        var found = new CodeFile(
            Kind: (CodeFileKind)Array.IndexOf(Kinds, json.RequiredText("kind", file is null ? null : Kinds[(int)file.Kind])),
            Path: json.RequiredText("path", file?.Path),
            Digest: json.HexDigest("sha256", file?.Digest),
            Size: json.Number("size", file?.Digest is null ? null : file.Size) ?? -1,
            Target: json.Text("target", file?.Target));
        return file ?? Checked(found);
    }

    private static CodeLeftOut NotKept(JsonMembers json, CodeLeftOut? file) => new(
        Path: json.RequiredText("path", file?.Path),
        Reason: json.RequiredText("reason", file?.Reason));

    private static CodeFile Checked(CodeFile file)
    {
        if (!RelativePath.IsSafe(file.Path) || file.Kind < 0)
        {
            throw new FormatException("a file of the code has no path below it, or is of no known kind");
        }

        return file.Kind == CodeFileKind.Link
            ? file.Target is { Length: > 0 } target && !target.Contains('\0', StringComparison.Ordinal)
                ? file with { Digest = null, Size = 0 }
                : throw new FormatException("a link of the code leads nowhere")
            : file is { Digest: not null, Size: >= 0 }
                ? file with { Target = null }
                : throw new FormatException("a file of the code has no digest or no size");
    }
}
