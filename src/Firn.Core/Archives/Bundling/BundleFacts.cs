using System.Collections.Immutable;
using System.Text;
using Firn.Archives.Documents;
using Firn.Common;

namespace Firn.Archives.Bundling;

/// <summary>What the document says of a bundle, once it is in the store.</summary>
internal sealed record BundleFacts
{
    public required Sha256Digest Digest { get; init; }

    /// <summary>Bytes of its files.</summary>
    public required long Size { get; init; }

    /// <summary>Files and links.</summary>
    public required int FileCount { get; init; }

    /// <summary>The digest of the file that is its bytecode in the store; <see langword="null"/> where there is none.</summary>
    public Sha256Digest? Bytecode { get; init; }

    /// <summary>Compiled files, absolute, that are other code than the store's of the same sources; it is never remembered with them.</summary>
    public IReadOnlyList<string> OtherBytecode { get; init; } = [];

    /// <summary>Sorted by path in the bundle.</summary>
    public ImmutableArray<EditedFile> Edited { get; init; } = [];

    /// <summary>ELF files with a RPATH or RUNPATH into the prefix, sorted.</summary>
    public ImmutableArray<string> RunPathFiles { get; init; } = [];

    /// <summary>Of a conda package: the object that is its record.</summary>
    public Sha256Digest? Record { get; init; }

    /// <summary>Of a conda package: files whose published bytes could not be brought back, sorted.</summary>
    public ImmutableArray<string> AsInstalled { get; init; } = [];

    /// <summary>Texts that are kept as they are and name the prefix, relative to a restored one, sorted.</summary>
    public ImmutableArray<string> NamesPrefix { get; init; } = [];

    /// <summary>Files that cannot stand in a bundle.</summary>
    public ImmutableArray<SkippedFile> LeftOut { get; init; } = [];
}

/// <summary>Writes and reads what is known of a bundle, for the index of unchanged files.</summary>
internal static class BundleFactsBytes
{
    private const int MostItems = 1_000_000;

    public static byte[] Write(BundleFacts made)
    {
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory, Encoding.UTF8);
        writer.Write(made.Digest.Hex);
        writer.Write(made.Size);
        writer.Write(made.FileCount);
        writer.Write(made.Bytecode?.Hex ?? string.Empty);
        writer.Write(made.Record?.Hex ?? string.Empty);
        writer.Write(made.Edited.Length);
        foreach (var file in made.Edited)
        {
            writer.Write(file.Path);
            writer.Write(file.Recorded);
            writer.Write(file.Observed?.Hex ?? string.Empty);
        }

        Write(writer, made.RunPathFiles);
        Write(writer, made.AsInstalled);
        Write(writer, made.NamesPrefix);
        writer.Write(made.LeftOut.Length);
        foreach (var file in made.LeftOut)
        {
            writer.Write(file.Path);
            writer.Write(file.Reason);
            writer.Write(file.IsMissed);
        }

        writer.Flush();
        return memory.ToArray();
    }

    /// <exception cref="FormatException">The bytes are no such thing.</exception>
    public static BundleFacts Read(byte[] bytes)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
            return new BundleFacts
            {
                Digest = Digest(reader.ReadString()),
                Size = reader.ReadInt64(),
                FileCount = reader.ReadInt32(),
                Bytecode = reader.ReadString() is { Length: > 0 } bytecode ? Digest(bytecode) : null,
                Record = reader.ReadString() is { Length: > 0 } record ? Digest(record) : null,
                Edited = ReadEdited(reader),
                RunPathFiles = ReadTexts(reader),
                AsInstalled = ReadTexts(reader),
                NamesPrefix = ReadTexts(reader),
                LeftOut = ReadLeftOut(reader),
            };
        }
        catch (Exception exception) when (exception is IOException or ArgumentException)
        {
            throw new FormatException("the index of unchanged files is damaged", exception);
        }
    }

    private static void Write(BinaryWriter writer, ImmutableArray<string> texts)
    {
        writer.Write(texts.Length);
        foreach (var text in texts)
        {
            writer.Write(text);
        }
    }

    private static ImmutableArray<string> ReadTexts(BinaryReader reader)
    {
        var texts = ImmutableArray.CreateBuilder<string>();
        for (var left = Count(reader); left > 0; left--)
        {
            texts.Add(reader.ReadString());
        }

        return texts.ToImmutable();
    }

    private static ImmutableArray<EditedFile> ReadEdited(BinaryReader reader)
    {
        var files = ImmutableArray.CreateBuilder<EditedFile>();
        for (var left = Count(reader); left > 0; left--)
        {
            var path = reader.ReadString();
            var recorded = reader.ReadString();
            var observed = reader.ReadString();
            files.Add(new EditedFile(path, recorded, observed.Length == 0 ? null : Digest(observed)));
        }

        return files.ToImmutable();
    }

    private static ImmutableArray<SkippedFile> ReadLeftOut(BinaryReader reader)
    {
        var files = ImmutableArray.CreateBuilder<SkippedFile>();
        for (var left = Count(reader); left > 0; left--)
        {
            var path = reader.ReadString();
            files.Add(new SkippedFile(path, reader.ReadString(), reader.ReadBoolean()));
        }

        return files.ToImmutable();
    }

    private static int Count(BinaryReader reader) => reader.ReadInt32() is var count and >= 0 and <= MostItems
        ? count
        : throw new FormatException("the index of unchanged files is damaged");

    private static Sha256Digest Digest(string hex) => Sha256Digest.TryParse(hex, out var digest)
        ? digest
        : throw new FormatException("the index of unchanged files is damaged");
}
