using System.Collections.Immutable;
using System.Text.Json;
using Firn.Common;

namespace Firn.Python.Indexes;

/// <summary>Reads one of <c>files</c> of a JSON page (PEP 691, PEP 700; pip: models/link.py from_json).</summary>
internal static class SimpleJsonFile
{
    /// <summary>The file; <see langword="null"/> where it names none.</summary>
    public static IndexFile? Read(JsonElement item, Uri page)
    {
        if (item.Text("url") is not { } link || IndexUrl.Resolve(page, link) is not { } url)
        {
            return null;
        }

        var name = item.Text("filename") is { } given && IndexUrl.IsSafeName(given) ? given : IndexUrl.FileName(url);
        if (name is null)
        {
            return null;
        }

        var reason = item.Text("yanked");
        return new IndexFile
        {
            FileName = name,
            Url = url,
            Hashes = Hashes(item, link),
            Size = item.Number("size") is >= 0 and var size ? size : null,
            RequiresPython = item.Text("requires-python") is { Length: > 0 } requires ? requires : null,
            IsYanked = reason is { Length: > 0 } || item.Flag("yanked") == true,
            YankedReason = reason is { Length: > 0 } ? reason : null,
            MetadataHash = MetadataHash(item, "core-metadata") ?? MetadataHash(item, "dist-info-metadata"),
        };
    }

    private static ImmutableArray<IndexHash> Hashes(JsonElement item, string link)
    {
        var hashes = ImmutableArray.CreateBuilder<IndexHash>();
        foreach (var (algorithm, hex) in item.TextMembers("hashes"))
        {
            if (IndexHash.Create(algorithm, hex) is { } hash)
            {
                hashes.Add(hash);
            }
        }

        if (IndexHash.OfUrl(link) is { } fragment && !hashes.Contains(fragment))
        {
            hashes.Add(fragment);
        }

        return hashes.DrainToImmutable();
    }

    private static string? MetadataHash(JsonElement item, string name)
    {
        if (item.Flag(name) == true)
        {
            return string.Empty;
        }

        if (item.Object(name) is null)
        {
            return null;
        }

        return item.TextMembers(name).TryGetValue("sha256", out var hex) ? IndexHash.Create("sha256", hex)?.ToString() ?? string.Empty : string.Empty;
    }
}
