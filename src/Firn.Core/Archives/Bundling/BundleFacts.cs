using System.Collections.Immutable;
using System.Text;
using Firn.Archives.Documents;
using Firn.Common;

namespace Firn.Archives.Bundling;

/// <summary>What is known of a bundle, once it is in the store.</summary>
/// <param name="Package">What the document says of it, without what is read from an installer's files.</param>
internal sealed record BundleFacts(ArchivedPackage Package)
{
    /// <summary>Compiled files, absolute, that are other code than the store's of the same sources; it is never remembered with them.</summary>
    public IReadOnlyList<string> OtherBytecode { get; init; } = [];

    /// <summary>ELF files with a RPATH or RUNPATH into the prefix, sorted.</summary>
    public ImmutableArray<string> RunPathFiles { get; init; } = [];

    /// <summary>Texts that are kept as they are and name the prefix, relative to a restored one, sorted.</summary>
    public ImmutableArray<string> NamesPrefix { get; init; } = [];

    /// <summary>Files that cannot stand in a bundle.</summary>
    public ImmutableArray<SkippedFile> LeftOut { get; init; } = [];
}

/// <summary>Writes and reads what is known of a bundle, for the index of unchanged files.</summary>
internal static class BundleFactsBytes
{
    private const int MaxItems = 1_000_000;

    public static byte[] Write(BundleFacts made)
    {
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory, Encoding.UTF8);
        var package = made.Package;
        writer.Write(package.Bundle.Hex);
        writer.Write(package.Size);
        writer.Write(package.FileCount);
        writer.Write(package.Bytecode?.Hex ?? string.Empty);
        writer.Write(package.Conda?.Record.Hex ?? string.Empty);
        writer.Write(package.Edited.Length);
        foreach (var file in package.Edited)
        {
            writer.Write(file.Path);
            writer.Write(file.Recorded);
            writer.Write(file.Observed?.Hex ?? string.Empty);
        }

        Write(writer, made.RunPathFiles);
        Write(writer, package.Conda?.AsInstalled ?? []);
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

    /// <param name="bytes">What was written.</param>
    /// <param name="describe">What the plan says of a bundle, and of a conda package with its record.</param>
    /// <exception cref="FormatException">The bytes are no such thing.</exception>
    public static BundleFacts Read(byte[] bytes, Func<Sha256Digest, Sha256Digest?, ArchivedPackage> describe)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
            var bundle = Digest(reader.ReadString());
            var size = reader.ReadInt64();
            var fileCount = reader.ReadInt32();
            var bytecode = reader.ReadString() is { Length: > 0 } hex ? Digest(hex) : null;
            var record = reader.ReadString() is { Length: > 0 } recordHex ? Digest(recordHex) : null;
            var package = describe(bundle, record) with
            {
                Size = size,
                FileCount = fileCount,
                HasBytecode = bytecode is not null,
                Bytecode = bytecode,
                Edited = ReadEdited(reader),
            };
            var runPathFiles = ReadTexts(reader);
            var asInstalled = ReadTexts(reader);
            package = package.Conda is { } conda ? package with { Conda = conda with { AsInstalled = asInstalled } } : package;
            return new BundleFacts(package)
            {
                RunPathFiles = runPathFiles,
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

    private static int Count(BinaryReader reader) => reader.ReadInt32() is var count and >= 0 and <= MaxItems
        ? count
        : throw new FormatException("the index of unchanged files is damaged");

    private static Sha256Digest Digest(string hex) => Sha256Digest.TryParse(hex, out var digest)
        ? digest
        : throw new FormatException("the index of unchanged files is damaged");
}
