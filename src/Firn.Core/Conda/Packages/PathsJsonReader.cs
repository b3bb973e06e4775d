using System.Collections.Immutable;
using System.Text;
using Firn.Common;
using Firn.Common.Json;
using Firn.Conda.Prefixes;

namespace Firn.Conda.Packages;

/// <summary>Reads <c>info/paths.json</c> (CEP 34) in one pass; members it does not know are passed over.</summary>
internal sealed class PathsJsonReader(PackageFailure failure)
{
    public const string Path = "info/paths.json";
    private readonly ImmutableArray<CondaPathEntry>.Builder _paths = ImmutableArray.CreateBuilder<CondaPathEntry>();
    private bool _hasPaths;
    private long? _version;

    /// <exception cref="FirnException">It is not a list of paths of version 1.</exception>
    public ImmutableArray<CondaPathEntry> Read(ReadOnlySpan<byte> json)
    {
        try
        {
            ReadDocument(json);
        }
        catch (FormatException exception)
        {
            throw failure.Damaged($"{Path} is not valid JSON", exception);
        }

        if (_version != 1)
        {
            throw failure.Refused($"{Path} has version {_version?.ToString() ?? "unknown"}, and Firn knows 1");
        }

        return _hasPaths ? _paths.DrainToImmutable() : throw failure.Damaged($"{Path} has no paths");
    }

    private void ReadDocument(ReadOnlySpan<byte> json)
    {
        var reader = new FastJsonReader(json.StartsWith("\uFEFF"u8) ? json[3..] : json);
        if (!reader.Read() || reader.Token != FastJsonToken.StartObject)
        {
            throw failure.Damaged($"{Path} is not a JSON object");
        }

        while (reader.Read() && reader.Token == FastJsonToken.Name)
        {
            if (reader.Is("paths_version"u8))
            {
                _version = FastJsonMembers.Number(ref reader);
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

    private void ReadPaths(ref FastJsonReader reader)
    {
        reader.Read();
        if (reader.Token != FastJsonToken.StartArray || _hasPaths)
        {
            throw failure.Damaged($"paths of {Path} is not a list, or stands there twice");
        }

        _hasPaths = true;
        while (reader.Read() && reader.Token != FastJsonToken.EndArray)
        {
            if (reader.Token != FastJsonToken.StartObject)
            {
                throw failure.Damaged($"{Path} lists what is not a path");
            }

            _paths.Add(_paths.Count < PackageFiles.MaxPaths ? ReadPath(ref reader) : throw failure.Refused($"{Path} has too many paths"));
        }
    }

    private CondaPathEntry ReadPath(ref FastJsonReader reader)
    {
        var fields = new CondaPathFields(ref reader);
        var path = fields.Path ?? throw failure.Damaged($"{Path} has an entry without a path");
        return new CondaPathEntry
        {
            Path = path,
            Kind = KindOf(fields.Type, path),
            Placeholder = PlaceholderOf(fields.Mode, fields.Placeholder, path),
            IsNoLink = fields.IsNoLink,
            Published = DigestOf(fields.Sha256, path),
            Size = fields.Size,
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

/// <summary>
/// The lists of packages from before <c>paths.json</c>: <c>info/files</c>, <c>has_prefix</c>, <c>no_link</c> and
/// <c>no_softlink</c> (conda gateways/disk/read.py <c>read_paths_json</c>).
/// </summary>
internal sealed class LegacyPathsReader(PackageFiles files, PackageFailure failure)
{
    /// <summary>conda base/constants.py PREFIX_PLACEHOLDER.</summary>
    private const string DefaultPlaceholder = "/opt/anaconda1anaconda2anaconda3";

    /// <exception cref="FirnException">A list cannot be read.</exception>
    public ImmutableArray<CondaPathEntry> Read()
    {
        var placeholders = ReadPlaceholders();
        var noLink = new HashSet<string>(Lines("info/no_link"), StringComparer.Ordinal);
        noLink.UnionWith(Lines("info/no_softlink"));
        var paths = ImmutableArray.CreateBuilder<CondaPathEntry>();
        foreach (var path in Lines("info/files"))
        {
            var isLink = files.Contents.Find(path)?.LinkTarget is not null;
            paths.Add(new CondaPathEntry
            {
                Path = path,
                Kind = isLink ? CondaPathKind.Link : CondaPathKind.File,
                Placeholder = placeholders.GetValueOrDefault(path),
                IsNoLink = noLink.Contains(path),
            });
        }

        return paths.DrainToImmutable();
    }

    private Dictionary<string, CondaPlaceholder> ReadPlaceholders()
    {
        var placeholders = new Dictionary<string, CondaPlaceholder>(StringComparer.Ordinal);
        foreach (var line in Lines("info/has_prefix"))
        {
            var words = Split(line);
            var (path, placeholder) = words switch
            {
                [var alone] => (alone, new CondaPlaceholder(DefaultPlaceholder, IsBinary: false)),
                [var text, "text" or "binary", var file] when text.Length > 0 =>
                    (file, new CondaPlaceholder(text, words[1] == "binary")),
                _ => throw failure.Damaged($"info/has_prefix has the line `{line}`"),
            };
            placeholders[path] = placeholder;
        }

        return placeholders;
    }

    /// <summary>Words between blanks; quotes hold one together (Python's <c>shlex.split(line, posix=False)</c>, quotes stripped).</summary>
    private static List<string> Split(string line)
    {
        var words = new List<string>();
        var at = 0;
        while (at < line.Length)
        {
            if (char.IsWhiteSpace(line[at]))
            {
                at++;
                continue;
            }

            var quoted = line[at] is '"' or '\'' ? line.IndexOf(line[at], at + 1) : -1;
            var end = quoted >= 0 ? quoted + 1 : at;
            while (quoted < 0 && end < line.Length && !char.IsWhiteSpace(line[end]))
            {
                end++;
            }

            words.Add(line[at..end].Trim('"', '\''));
            at = end;
        }

        return words;
    }

    /// <summary>Stripped lines that are neither empty nor start with a number sign (<c>yield_lines</c>).</summary>
    private List<string> Lines(string name)
    {
        var lines = new List<string>();
        if (files.Read(name, PackageFiles.MaxListLength) is { } bytes)
        {
            var text = Encoding.UTF8.GetString(bytes).AsSpan();
            foreach (var range in text.SplitAny('\n', '\r'))
            {
                var line = text[range].Trim();
                if (line.Length > 0 && line[0] != '#')
                {
                    lines.Add(lines.Count < PackageFiles.MaxPaths ? line.ToString() : throw failure.Refused($"{name} has too many lines"));
                }
            }
        }

        return lines;
    }
}
