using System.Collections.Immutable;
using System.Text.Json;
using Firn.Common;
using Firn.Common.Json;
using Firn.Storage.Records;

namespace Firn.Storage.Contents;

/// <summary>
/// What an archive document, or that of a run's code, keeps from gc: all it needs is listed in arrays, whatever else it
/// holds.
/// </summary>
/// <param name="Bundles">The bundles of its packages.</param>
/// <param name="Objects">Other files, such as conda's records.</param>
internal sealed record ArchiveReferences(ImmutableArray<Sha256Digest> Bundles, ImmutableArray<Sha256Digest> Objects)
{
    /// <summary>The bytecode that its packages mean: HEX.TAG of the bundle, and the digest of the file.</summary>
    public ImmutableArray<KeyValuePair<string, Sha256Digest>> Bytecode { get; private init; } = [];

    /// <summary>The most bytes of a document that are read.</summary>
    public const int Limit = 256 * 1024 * 1024;

    private const string Family = "firn.archive/";
    private const string CodeFamily = "firn.code/";

    /// <exception cref="FormatException">It is not an archive document.</exception>
    public static ArchiveReferences Read(ReadOnlyMemory<byte> json) => JsonFields.Read(json, static root =>
    {
        var schema = root.RequiredText("schema");
        return schema.StartsWith(CodeFamily, StringComparison.Ordinal) ? new ArchiveReferences([], Digests(root, "objects"))
            : schema.StartsWith(Family, StringComparison.Ordinal)
            ? new ArchiveReferences(Digests(root, "bundles"), Digests(root, "objects")) { Bytecode = BytecodeOf(root) }
            : throw new FormatException($"its schema is {schema}");
    });

    private static ImmutableArray<KeyValuePair<string, Sha256Digest>> BytecodeOf(JsonElement root)
    {
        var found = ImmutableArray.CreateBuilder<KeyValuePair<string, Sha256Digest>>();
        foreach (var name in (ReadOnlySpan<string>)["environment", "base"])
        {
            if (root.Object(name) is not { } tree || tree.Text("cache_tag") is not { } tag
                || !tree.TryGetProperty("packages", out var packages) || packages.ValueKind != JsonValueKind.Array)
            {
                continue;
            }

            foreach (var package in packages.EnumerateArray())
            {
                if (package.ValueKind == JsonValueKind.Object && Sha256Digest.TryParse(package.Text("bundle"), out var bundle)
                    && Sha256Digest.TryParse(package.Text("bytecode_sha256"), out var digest))
                {
                    found.Add(new($"{bundle.Hex}.{tag}", digest));
                }
            }
        }

        return found.ToImmutable();
    }

    private static ImmutableArray<Sha256Digest> Digests(JsonElement root, string name)
    {
        // An array that is missing must not read as "needs nothing".
        if (!root.TryGetProperty(name, out var array) || array.ValueKind != JsonValueKind.Array)
        {
            throw new FormatException($"`{name}` is not an array");
        }

        var found = ImmutableArray.CreateBuilder<Sha256Digest>();
        foreach (var item in array.EnumerateArray())
        {
            found.Add(item.ValueKind == JsonValueKind.String && Sha256Digest.TryParse(item.GetString(), out var digest)
                ? digest
                : throw new FormatException($"`{name}` holds what is not a digest"));
        }

        return found.ToImmutable();
    }
}

/// <summary>Whether archives that records name are whole in a store: the document, its bundles and its objects.</summary>
internal static class ArchiveCompleteness
{
    /// <summary>Whether the archives of a run's environments are whole.</summary>
    public static bool AreAllThere(Store store, ImmutableArray<RunEnvironment> environments)
    {
        foreach (var environment in environments)
        {
            if (environment.Archive is { } archive && !IsThere(store, archive))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsThere(Store store, Sha256Digest archive)
    {
        try
        {
            return store.Files.IsInPlace(archive)
                && AreAllThere(store, ArchiveReferences.Read(store.Files.Read(archive, ArchiveReferences.Limit)));
        }
        catch (Exception exception) when (exception is FirnException or FormatException)
        {
            return false;
        }
    }

    private static bool AreAllThere(Store store, ArchiveReferences needs)
    {
        foreach (var bundle in needs.Bundles)
        {
            if (!store.Bundles.Contains(bundle))
            {
                return false;
            }
        }

        foreach (var file in needs.Objects)
        {
            if (!store.Files.IsInPlace(file))
            {
                return false;
            }
        }

        return true;
    }
}
