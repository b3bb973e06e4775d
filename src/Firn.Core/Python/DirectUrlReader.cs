using System.Collections.Immutable;
using System.Text.Json;

namespace Firn.Python;

/// <summary>Reads <c>direct_url.json</c> (pip: models/direct_url.py; since 26.1 packaging/direct_url.py).</summary>
internal sealed class DirectUrlReader
{
    /// <summary>The most bytes of a <c>direct_url.json</c> that are read.</summary>
    public const int Limit = 1 << 20;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 256 };
    private readonly DirectUrlRules _rules;
    private string? _error;

    private DirectUrlReader(DirectUrlRules rules) => _rules = rules;

    /// <summary>The document, or <see langword="null"/> with the reason where these rules find it invalid.</summary>
    public static DirectUrl? Read(ReadOnlyMemory<byte> json, DirectUrlRules rules, out string? error)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            var reader = new DirectUrlReader(rules);
            var url = reader.Read(document.RootElement);
            error = reader._error;
            return error is null ? url : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            error = "no valid JSON";
            return null;
        }
    }

    private DirectUrl? Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return Fail("no JSON object");
        }

        var url = Text(root, "url", isRequired: true);
        var subdirectory = Text(root, "subdirectory");
        var archive = Object(root, "archive_info") is { } archiveInfo ? ReadArchive(archiveInfo) : null;
        var directory = Object(root, "dir_info") is { } directoryInfo ? ReadDirectory(directoryInfo) : null;
        var vcs = Object(root, "vcs_info") is { } vcsInfo ? ReadVcs(vcsInfo) : null;
        if (_error is not null)
        {
            return null;
        }

        var kinds = (archive is null ? 0 : 1) + (directory is null ? 0 : 1) + (vcs is null ? 0 : 1);
        if (kinds != 1)
        {
            return Fail("exactly one of vcs_info, archive_info, dir_info must be present");
        }

        var isForeign = directory is not null && !url!.StartsWith("file://", StringComparison.Ordinal);
        if (isForeign && _rules == DirectUrlRules.Packaging)
        {
            return Fail("the URL of a folder must start with file://");
        }

        return new DirectUrl { Url = url!, Subdirectory = subdirectory, Archive = archive, Directory = directory, Vcs = vcs };
    }

    private DirectUrlVcs ReadVcs(JsonElement info) => new(
        Text(info, "vcs", isRequired: true) ?? string.Empty,
        Text(info, "commit_id", isRequired: true) ?? string.Empty,
        Text(info, "requested_revision"));

    private DirectUrlDirectory ReadDirectory(JsonElement info)
    {
        if (!TryGet(info, "editable", out var editable))
        {
            return new DirectUrlDirectory(false);
        }

        if (editable.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            Fail("editable must be true or false");
        }

        return new DirectUrlDirectory(editable.ValueKind == JsonValueKind.True);
    }

    private DirectUrlArchive ReadArchive(JsonElement info)
    {
        var hash = Text(info, "hash");
        var hashes = _rules != DirectUrlRules.AnyHash && Object(info, "hashes") is { } given ? ReadHashes(given) : null;
        if (hash is null || _rules == DirectUrlRules.AnyHash)
        {
            return new DirectUrlArchive(hash, hashes?.ToImmutableArray() ?? []);
        }

        var equals = hash.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
        {
            Fail("archive_info.hash must be ALGORITHM=DIGEST");
            return new DirectUrlArchive(hash, []);
        }

        var legacy = new DirectUrlHash(hash[..equals], hash[(equals + 1)..]);
        if (hashes is null)
        {
            return new DirectUrlArchive(hash, [legacy]);
        }

        if (_rules == DirectUrlRules.Packaging && !hashes.Contains(legacy))
        {
            Fail("archive_info.hash must be one of archive_info.hashes");
        }

        return new DirectUrlArchive(hash, [.. hashes]);
    }

    private List<DirectUrlHash> ReadHashes(JsonElement hashes)
    {
        var result = new List<DirectUrlHash>();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var property in hashes.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.String)
            {
                FailHash();
                continue;
            }

            // A repeated key keeps its first place and takes the last value, as in a Python dict.
            var hash = new DirectUrlHash(property.Name, property.Value.GetString()!);
            if (places.TryAdd(hash.Algorithm, result.Count))
            {
                result.Add(hash);
            }
            else
            {
                result[places[hash.Algorithm]] = hash;
            }
        }

        return result;
    }

    private void FailHash()
    {
        if (_rules == DirectUrlRules.Packaging)
        {
            Fail("hash values must be strings");
        }
    }

    private string? Text(JsonElement parent, string name, bool isRequired = false)
    {
        if (!TryGet(parent, name, out var value))
        {
            return isRequired ? FailText($"{name} must have a value") : null;
        }

        return value.ValueKind == JsonValueKind.String ? value.GetString() : FailText($"{name} must be text");
    }

    private JsonElement? Object(JsonElement parent, string name)
    {
        if (!TryGet(parent, name, out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            Fail($"{name} must be an object");
            return null;
        }

        return value;
    }

    /// <summary>pip before 26.1 takes <c>null</c> for a value of the wrong type, packaging for none.</summary>
    private bool TryGet(JsonElement parent, string name, out JsonElement value) =>
        parent.TryGetProperty(name, out value)
        && (value.ValueKind != JsonValueKind.Null || _rules != DirectUrlRules.Packaging);

    private DirectUrl? Fail(string error)
    {
        _error ??= error;
        return null;
    }

    private string? FailText(string error)
    {
        Fail(error);
        return null;
    }
}
