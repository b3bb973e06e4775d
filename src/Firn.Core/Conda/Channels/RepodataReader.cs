using System.Collections.Immutable;
using System.Text.Json;
using Firn.Common;
using Firn.Common.Json;

namespace Firn.Conda.Channels;

/// <summary>
/// Reads a repodata.json (CEP 36), of which some have hundreds of megabytes, and keeps the packages that are looked for.
/// </summary>
internal sealed class RepodataReader
{
    /// <summary>Eight times the largest page there is.</summary>
    private const long Limit = 4L * 1024 * 1024 * 1024;

    private const int MaxNearMisses = 10_000;
    private readonly WantedSpecs _wants;
    private readonly string _pageUrl;
    private readonly string _safeUrl;
    private readonly Dictionary<string, RepodataRecord> _found = new(StringComparer.Ordinal);
    private readonly ImmutableArray<string>.Builder _nearMisses = ImmutableArray.CreateBuilder<string>();
    private readonly ImmutableArray<string>.Builder _removed = ImmutableArray.CreateBuilder<string>();
    private readonly List<Problem> _problems = [];
    private readonly char[] _name = new char[CondaNames.MaxFileNameLength];
    private string? _baseUrl;
    private string? _subdir;

    private RepodataReader(WantedSpecs wants, string pageUrl)
    {
        _wants = wants;
        _pageUrl = pageUrl;
        _safeUrl = ArchiveUrl.WithoutCredentials(pageUrl);
    }

    /// <param name="json">The page, decompressed.</param>
    /// <param name="wants">What is looked for.</param>
    /// <param name="pageUrl">Where the page is; the archives are beside it, unless it says otherwise (CEP 15).</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static RepodataPage Read(Stream json, WantedSpecs wants, string pageUrl, CancellationToken cancellation)
    {
        var reader = new RepodataReader(wants, pageUrl);
        try
        {
            var window = new JsonStreamReader(json, Limit);
            reader.ReadRoot(ref window, cancellation);
        }
        catch (Exception exception) when (exception is JsonException or InvalidDataException or InvalidOperationException)
        {
            // InvalidOperationException: a text that is not UTF-8. The message of a JsonException shows bytes of the page.
            var why = exception is InvalidDataException ? $", {exception.Message}" : ", it is not JSON";
            reader.Problem("channel-page-damaged", $"cannot read the channel's index{why}");
        }

        return reader.Result();
    }

    private void ReadRoot(ref JsonStreamReader window, CancellationToken cancellation)
    {
        // An empty page counts as {} (CEP 36).
        if (!window.Next() || window.Reader.TokenType != JsonTokenType.StartObject)
        {
            return;
        }

        while (window.Next() && window.Reader.TokenType == JsonTokenType.PropertyName)
        {
            var isInfo = window.Reader.ValueTextEquals("info"u8);
            var isPackages = window.Reader.ValueTextEquals("packages"u8) || window.Reader.ValueTextEquals("packages.conda"u8);
            var isRemoved = window.Reader.ValueTextEquals("removed"u8);
            window.Next();
            if (isInfo)
            {
                ReadInfo(ref window);
            }
            else if (isPackages)
            {
                ReadPackages(ref window, cancellation);
            }
            else if (isRemoved)
            {
                ReadRemoved(ref window);
            }
            else
            {
                window.Skip();
            }
        }

        // Bytes behind the document are an exception of the reader.
        window.Next();
    }

    private void ReadInfo(ref JsonStreamReader window)
    {
        if (window.Reader.TokenType != JsonTokenType.StartObject)
        {
            window.Skip();
            return;
        }

        while (window.Next() && window.Reader.TokenType == JsonTokenType.PropertyName)
        {
            var isBase = window.Reader.ValueTextEquals("base_url"u8);
            var isSubdir = window.Reader.ValueTextEquals("subdir"u8);
            window.Next();
            if (window.Reader.TokenType == JsonTokenType.String)
            {
                _baseUrl = isBase ? window.Reader.GetString() : _baseUrl;
                _subdir = isSubdir ? window.Reader.GetString() : _subdir;
            }

            window.Skip();
        }
    }

    private void ReadPackages(ref JsonStreamReader window, CancellationToken cancellation)
    {
        if (window.Reader.TokenType != JsonTokenType.StartObject)
        {
            window.Skip();
            return;
        }

        var count = 0;
        while (window.Next() && window.Reader.TokenType == JsonTokenType.PropertyName)
        {
            if (++count % 4096 == 0)
            {
                cancellation.ThrowIfCancellationRequested();
            }

            var length = CopyName(ref window);
            window.Next();
            if (IsWanted(_name.AsSpan(0, length)) && window.Reader.TokenType == JsonTokenType.StartObject)
            {
                Keep(RepodataRecord.Read(ref window, new string(_name, 0, length)));
            }
            else
            {
                window.Skip();
            }
        }
    }

    private void ReadRemoved(ref JsonStreamReader window)
    {
        if (window.Reader.TokenType != JsonTokenType.StartArray)
        {
            window.Skip();
            return;
        }

        while (window.Next() && window.Reader.TokenType != JsonTokenType.EndArray)
        {
            if (window.Reader.TokenType == JsonTokenType.String && CopyName(ref window) is > 0 and var length
                && Wanted(_name.AsSpan(0, length)) == true && _removed.Count < MaxNearMisses)
            {
                _removed.Add(new string(_name, 0, length));
            }

            window.Skip();
        }
    }

    /// <summary>The file name, which is ASCII; 0 for what is none.</summary>
    private int CopyName(ref JsonStreamReader window) =>
        window.Reader.ValueSpan.Length > _name.Length ? 0 : window.Reader.CopyString(_name);

    private bool IsWanted(ReadOnlySpan<char> fileName)
    {
        if (Wanted(fileName) is not { } isWanted)
        {
            return false;
        }

        if (!isWanted && _nearMisses.Count < MaxNearMisses)
        {
            _nearMisses.Add(fileName.ToString());
        }

        return isWanted;
    }

    /// <summary>Whether a spec matches; <see langword="null"/> where nobody asks for the name.</summary>
    private bool? Wanted(ReadOnlySpan<char> fileName)
    {
        var stem = CondaNames.Stem(fileName);
        var build = stem.LastIndexOf('-');
        var version = build <= 0 ? -1 : stem[..build].LastIndexOf('-');
        if (version <= 0 || _wants.Of(stem[..version]) is not { } specs
            || !CondaNames.TrySplit(fileName, out _, out _, out _))
        {
            return null;
        }

        foreach (var spec in specs)
        {
            if (spec.Matches(stem[..version].ToString(), stem[(version + 1)..build].ToString(), stem[(build + 1)..].ToString()))
            {
                return true;
            }
        }

        return false;
    }

    private void Keep(RepodataRecord record)
    {
        if (!record.IsOfItsFile())
        {
            Problem("channel-record-odd", $"the index gives {record.FileName} another name, version or build");
            return;
        }

        var stem = CondaNames.Stem(record.FileName).ToString();
        if (!_found.TryGetValue(stem, out var other) || other.FileName.EndsWith(".tar.bz2", StringComparison.Ordinal))
        {
            _found[stem] = record;
        }
    }

    private RepodataPage Result()
    {
        var packages = ImmutableArray.CreateBuilder<LockedCondaPackage>(_found.Count);
        var folder = RepodataBaseUrl.Of(_pageUrl, _baseUrl, out var reason);
        if (folder is null)
        {
            Problem("channel-base-url", $"the index says that its packages are elsewhere, {reason}");
            _found.Clear();
        }

        var subdir = CondaNames.IsSubdir(_subdir) ? _subdir : null;
        foreach (var record in _found.Values)
        {
            packages.Add(record.ToPackage(folder!, subdir, _safeUrl));
        }

        return new RepodataPage
        {
            Packages = packages.DrainToImmutable(),
            NearMisses = _nearMisses.DrainToImmutable(),
            Removed = _removed.DrainToImmutable(),
            Problems = [.. _problems],
        };
    }

    private void Problem(string code, string message) => _problems.Add(new Problem(code, _safeUrl, PrintableText.Printable(message)));
}

/// <summary>What one page of a channel has of what was looked for.</summary>
internal sealed record RepodataPage
{
    /// <summary>The packages, <c>.conda</c> in place of the <c>.tar.bz2</c> of the same name.</summary>
    public ImmutableArray<LockedCondaPackage> Packages { get; init; } = [];

    /// <summary>The file names of packages that have a name that was looked for; not all of them where there are many.</summary>
    public ImmutableArray<string> NearMisses { get; init; } = [];

    /// <summary>The file names that the channel has taken back, as far as they were looked for.</summary>
    public ImmutableArray<string> Removed { get; init; } = [];

    /// <summary>What is wrong with the page.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];
}

/// <summary>The exact specs that are looked for, by name.</summary>
internal sealed class WantedSpecs
{
    private readonly Dictionary<string, List<MatchSpec>> _byName = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, List<MatchSpec>>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    public WantedSpecs(IEnumerable<MatchSpec> specs)
    {
        foreach (var spec in specs)
        {
            if (!_byName.TryGetValue(spec.Name, out var list))
            {
                _byName.Add(spec.Name, list = []);
            }

            list.Add(spec);
            Count++;
        }

        _lookup = _byName.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public int Count { get; }

    /// <summary>The specs of that name; <see langword="null"/> where nobody asks for it.</summary>
    public IReadOnlyList<MatchSpec>? Of(ReadOnlySpan<char> name) => _lookup.TryGetValue(name, out var list) ? list : null;
}
