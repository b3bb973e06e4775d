using System.Collections.Immutable;
using Firn.Common;
using Firn.Conda.Linking;

namespace Firn.Conda.Archives;

/// <summary>Reads <c>info/paths.json</c> (CEP 34) in one pass; members it does not know are passed over.</summary>
internal sealed class PathsJsonReader(ArchiveFailure failure)
{
    public const string Path = "info/paths.json";
    private readonly ImmutableArray<PackagePath>.Builder _paths = ImmutableArray.CreateBuilder<PackagePath>();
    private bool _hasPaths;
    private long? _version;

    /// <exception cref="FirnException">It is no list of paths of version 1.</exception>
    public ImmutableArray<PackagePath> Read(ReadOnlySpan<byte> json)
    {
        try
        {
            ReadDocument(json);
        }
        catch (FormatException exception)
        {
            throw failure.Damaged($"{Path} is no valid JSON", exception);
        }

        if (_version != 1)
        {
            throw failure.Refused($"{Path} has version {_version?.ToString() ?? "unknown"}, and Firn knows 1");
        }

        return _hasPaths ? _paths.DrainToImmutable() : throw failure.Damaged($"{Path} has no paths");
    }

    private void ReadDocument(ReadOnlySpan<byte> json)
    {
        var reader = new CondaJsonReader(json.StartsWith("\uFEFF"u8) ? json[3..] : json);
        if (!reader.Read() || reader.Token != CondaJsonToken.StartObject)
        {
            throw failure.Damaged($"{Path} is no JSON object");
        }

        while (reader.Read() && reader.Token == CondaJsonToken.Name)
        {
            if (reader.Is("paths_version"u8))
            {
                _version = CondaJsonMember.Number(ref reader);
            }
            else if (reader.Is("paths"u8))
            {
                ReadPaths(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        reader.Read();
    }

    private void ReadPaths(ref CondaJsonReader reader)
    {
        reader.Read();
        if (reader.Token != CondaJsonToken.StartArray || _hasPaths)
        {
            throw failure.Damaged($"paths of {Path} is no list, or stands there twice");
        }

        _hasPaths = true;
        while (reader.Read() && reader.Token != CondaJsonToken.EndArray)
        {
            if (reader.Token != CondaJsonToken.StartObject)
            {
                throw failure.Damaged($"{Path} lists what is no path");
            }

            _paths.Add(_paths.Count < PackageFiles.MostPaths ? ReadPath(ref reader) : throw failure.Refused($"{Path} has too many paths"));
        }
    }

    private PackagePath ReadPath(ref CondaJsonReader reader)
    {
        string? path = null;
        string? type = null;
        string? mode = null;
        string? placeholder = null;
        string? digest = null;
        long? size = null;
        var isNoLink = false;
        while (reader.Read() && reader.Token == CondaJsonToken.Name)
        {
            switch (reader.GetString())
            {
                case "_path":
                    path = CondaJsonMember.Text(ref reader);
                    break;
                case "path_type":
                    type = CondaJsonMember.Text(ref reader);
                    break;
                case "file_mode":
                    mode = CondaJsonMember.Text(ref reader);
                    break;
                case "prefix_placeholder":
                    placeholder = CondaJsonMember.Text(ref reader);
                    break;
                case "sha256":
                    digest = CondaJsonMember.Text(ref reader);
                    break;
                case "size_in_bytes":
                    size = CondaJsonMember.Number(ref reader);
                    break;
                case "no_link":
                    reader.Read();
                    isNoLink = reader.Token == CondaJsonToken.True;
                    reader.Skip();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new PackagePath
        {
            Path = path ?? throw failure.Damaged($"{Path} has an entry without a path"),
            Kind = KindOf(type, path),
            Placeholder = PlaceholderOf(mode, placeholder, path),
            IsNoLink = isNoLink,
            Digest = DigestOf(digest, path),
            Size = size,
        };
    }

    private CondaPathKind KindOf(string? type, string path) => type switch
    {
        null or "hardlink" => CondaPathKind.File,
        "softlink" => CondaPathKind.Link,
        "directory" => CondaPathKind.Directory,
        _ => throw failure.Refused($"{path} is of the unknown type {type}"),
    };

    private CondaPlaceholder? PlaceholderOf(string? mode, string? placeholder, string path) => placeholder is null or ""
        ? null
        : mode is null or "text" or "binary"
            ? new CondaPlaceholder(placeholder, mode == "binary")
            : throw failure.Refused($"{path} has the unknown mode {mode}");

    private Sha256Digest? DigestOf(string? digest, string path) => digest is null or "" ? null
        : Sha256Digest.TryParse(digest, out var parsed) ? parsed
        : throw failure.Damaged($"the digest of {path} is none");
}
