using System.Collections.Immutable;
using System.Text.Json;

namespace Firn.Python.Metadata;

/// <summary>A valid <c>direct_url.json</c> (PEP 610): exactly one of its three kinds is there.</summary>
internal sealed record DirectUrl
{
    /// <summary>The URL as it is written, credentials included.</summary>
    public required string Url { get; init; }

    /// <summary>The project's folder inside the archive or repository.</summary>
    public string? Subdirectory { get; init; }

    /// <summary>Set for a repository.</summary>
    public DirectUrlVcs? Vcs { get; init; }

    /// <summary>Set for an archive.</summary>
    public DirectUrlArchive? Archive { get; init; }

    /// <summary>Set for a folder.</summary>
    public DirectUrlDirectory? Directory { get; init; }

    /// <summary>Whether it is an editable installation of a local folder.</summary>
    public bool IsLocalEditable => Directory is { Editable: true };
}

/// <summary>Where a distribution came from: a commit of a repository.</summary>
/// <param name="Vcs">The system, for example <c>git</c>.</param>
/// <param name="CommitId">The commit that was installed.</param>
/// <param name="RequestedRevision">The branch, tag or commit that was asked for.</param>
internal sealed record DirectUrlVcs(string Vcs, string CommitId, string? RequestedRevision);

/// <summary>Where a distribution came from: a wheel or a source archive.</summary>
/// <param name="LegacyHash">The deprecated <c>hash</c>, verbatim.</param>
/// <param name="Hashes">The digests in the order of the file; of the deprecated <c>hash</c> where there is no <c>hashes</c>.</param>
internal sealed record DirectUrlArchive(string? LegacyHash, ImmutableArray<DirectUrlHash> Hashes);

/// <summary>The digest of the archive that a distribution was installed from.</summary>
/// <param name="Algorithm">For example <c>sha256</c>.</param>
/// <param name="Value">The digest in hexadecimal, as recorded.</param>
internal sealed record DirectUrlHash(string Algorithm, string Value);

/// <summary>Where a distribution came from: a local folder.</summary>
/// <param name="Editable">Whether it was installed with <c>-e</c>.</param>
internal sealed record DirectUrlDirectory(bool Editable);

/// <summary>How strictly a pip reads <c>direct_url.json</c>.</summary>
internal enum DirectUrlRules
{
    /// <summary>pip 20.1 to 22.3: <c>hash</c> is any text.</summary>
    AnyHash,

    /// <summary>pip 23.0 to 26.0: <c>hash</c> is <c>ALGORITHM=DIGEST</c>.</summary>
    FormattedHash,

    /// <summary>pip 26.1 and later: the rules of packaging.direct_url.</summary>
    Packaging,
}

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
