using System.Collections.Immutable;
using System.Text.Json;
using Firn.Common;
using Firn.Common.Json;
using Firn.Python;
using Firn.Python.Indexes;
using Firn.Python.Locks;
using Firn.Python.Metadata;
using Firn.Python.Requirements;

namespace Firn.Creation.Solving;

/// <summary>Reads <c>pip install --dry-run --report -</c>, whose format is stable in version 1 (pip: docs/html/reference/installation-report.md).</summary>
internal static class PipReportReader
{
    /// <summary>What pip would install.</summary>
    /// <param name="report">The report.</param>
    /// <param name="origin">What asked for it, for messages.</param>
    /// <exception cref="FirnException">It is no such report.</exception>
    public static ImmutableArray<LockedDistribution> Read(ReadOnlyMemory<byte> report, string origin) => JsonFields.Read(
        report,
        root => Read(root, origin),
        static (reason, exception) => new FirnException(
            $"pip's report cannot be read: {reason}", "pip 22.2 or newer writes one", innerException: exception));

    private static ImmutableArray<LockedDistribution> Read(JsonElement root, string origin)
    {
        if (root.Text("version") is not ("1" or "0"))
        {
            throw new FormatException($"its version is {root.Text("version") ?? "missing"}");
        }

        var found = ImmutableArray.CreateBuilder<LockedDistribution>();
        foreach (var item in root.Items("install"))
        {
            found.Add(ReadOne(item, origin));
        }

        var spellings = Spellings(root);
        return [.. found.Select(item => item.IsRequested || !spellings.TryGetValue(item.Name, out var spelling) ? item : item with { DisplayName = spelling })];
    }

    /// <summary>The <c>direct_url.json</c> of the one distribution of a report, without credentials.</summary>
    public static string? DirectUrl(ReadOnlyMemory<byte> report)
    {
        try
        {
            using var document = JsonDocument.Parse(report);
            foreach (var item in document.RootElement.Items("install"))
            {
                return item.Object("download_info") is { } download
                    ? DirectUrlWriter.WithoutCredentials(download.GetRawText())
                    : null;
            }
        }
        catch (JsonException)
        {
            // The wheel was built all the same: it is recorded as one of an index.
        }

        return null;
    }

    /// <summary>How the packages spell the names of those that they need, where they agree: pip names the folder of headers so.</summary>
    private static Dictionary<string, string> Spellings(JsonElement root)
    {
        var spellings = new Dictionary<string, string>(StringComparer.Ordinal);
        var doubtful = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in root.Items("install"))
        {
            foreach (var text in item.Object("metadata")?.Texts("requires_dist") ?? [])
            {
                if (Requirement.Parse(text, out _) is { } needed
                    && !spellings.TryAdd(needed.CanonicalName, needed.Name) && spellings[needed.CanonicalName] != needed.Name)
                {
                    doubtful.Add(needed.CanonicalName);
                }
            }
        }

        foreach (var name in doubtful)
        {
            spellings.Remove(name);
        }

        return spellings;
    }

    private static LockedDistribution ReadOne(JsonElement item, string origin)
    {
        var metadata = item.Object("metadata") ?? throw new FormatException("`metadata` is missing");
        var download = item.Object("download_info") ?? throw new FormatException("`download_info` is missing");
        var name = metadata.RequiredText("name");
        var url = download.RequiredText("url");
        var locked = new LockedDistribution
        {
            Name = CanonicalName.Of(name),
            DisplayName = name,
            Version = metadata.RequiredText("version"),
            Origin = origin,
            IsRequested = item.Flag("requested") == true,
            RequirementText = $"{name}=={metadata.RequiredText("version")}",
        };
        var isDirect = item.Flag("is_direct") == true;
        if (download.Object("vcs_info") is { } vcs)
        {
            return locked with
            {
                Kind = LockedSourceKind.Vcs,
                DirectUrl = $"{vcs.RequiredText("vcs")}+{url}@{vcs.RequiredText("commit_id")}",
                Subdirectory = download.Text("subdirectory"),
            };
        }

        if (download.Object("dir_info") is { } folder)
        {
            return locked with
            {
                Kind = folder.Flag("editable") == true ? LockedSourceKind.Editable : LockedSourceKind.Directory,
                DirectUrl = url,
            };
        }

        var hashes = HashesOf(download);
        var fileName = Uri.UnescapeDataString(url[(url.LastIndexOf('/') + 1)..].Split('#', '?')[0]);
        var file = new IndexFile { FileName = fileName, Url = url, Hashes = hashes };
        return locked with
        {
            Kind = fileName.EndsWith(".whl", StringComparison.Ordinal) ? LockedSourceKind.Wheel : LockedSourceKind.SourceArchive,
            Files = [file],
            Hashes = hashes,
            DirectUrl = isDirect ? url : null,
        };
    }

    private static ImmutableArray<IndexHash> HashesOf(JsonElement download)
    {
        var hashes = ImmutableArray.CreateBuilder<IndexHash>();
        if (download.Object("archive_info") is not { } archive)
        {
            return [];
        }

        if (archive.Object("hashes") is { } all)
        {
            foreach (var hash in all.EnumerateObject())
            {
                if (hash.Value.ValueKind == JsonValueKind.String && IndexHash.Create(hash.Name, hash.Value.GetString()) is { } read)
                {
                    hashes.Add(read);
                }
            }
        }
        else if (archive.Text("hash") is { } one && IndexHash.Parse(one, '=') is { } read)
        {
            hashes.Add(read);
        }

        return hashes.ToImmutable();
    }
}
