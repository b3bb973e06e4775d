using System.Collections.Immutable;
using Firn.Common;
using Firn.Python.Pip;

namespace Firn.Python.Indexes;

/// <summary>Where packages are looked for and which files may be taken. Its URLs may hold credentials.</summary>
internal sealed record IndexOptions
{
    /// <summary>The public index.</summary>
    public const string DefaultIndexUrl = "https://pypi.org/simple";

    /// <summary>Nothing is said.</summary>
    public static IndexOptions None { get; } = new();

    /// <summary><c>--index-url</c>; <see langword="null"/> for the public index.</summary>
    public string? IndexUrl { get; init; }

    /// <summary><c>--extra-index-url</c>.</summary>
    public ImmutableArray<string> ExtraIndexUrls { get; init; } = [];

    /// <summary><c>--find-links</c>: absolute paths and URLs.</summary>
    public ImmutableArray<string> FindLinks { get; init; } = [];

    /// <summary><c>--no-index</c>.</summary>
    public bool NoIndex { get; init; }

    /// <summary><c>--no-binary</c> and <c>--only-binary</c>, in order.</summary>
    public ImmutableArray<FormatChange> Formats { get; init; } = [];

    /// <summary><c>--require-hashes</c>.</summary>
    public bool RequireHashes { get; init; }

    /// <summary><c>--ignore-requires-python</c>.</summary>
    public bool IgnoresRequiresPython { get; init; }

    /// <summary><c>--constraint</c>, of variables and configuration files: absolute paths, or URLs.</summary>
    public ImmutableArray<string> Constraints { get; init; } = [];

    /// <summary><c>--trusted-host</c>: hosts, with a port or without.</summary>
    public ImmutableArray<string> TrustedHosts { get; init; } = [];

    /// <summary>The indexes that are asked, in order.</summary>
    public ImmutableArray<string> IndexUrls => NoIndex ? [] : [IndexUrl ?? DefaultIndexUrl, .. ExtraIndexUrls];

    /// <summary>What holds once more is said: its index replaces this one, its lists add to these, its switches stay.</summary>
    public IndexOptions Then(IndexOptions later) => new()
    {
        IndexUrl = later.IndexUrl ?? IndexUrl,
        ExtraIndexUrls = Joined(ExtraIndexUrls, later.ExtraIndexUrls),
        FindLinks = Joined(FindLinks, later.FindLinks),
        NoIndex = NoIndex || later.NoIndex,
        Formats = [.. Formats, .. later.Formats],
        RequireHashes = RequireHashes || later.RequireHashes,
        IgnoresRequiresPython = IgnoresRequiresPython || later.IgnoresRequiresPython,
        Constraints = Joined(Constraints, later.Constraints),
        TrustedHosts = Joined(TrustedHosts, later.TrustedHosts),
    };

    /// <summary>The same without what is on a network.</summary>
    public IndexOptions WithoutNetwork()
    {
        var local = IndexUrls.RemoveAll(Firn.Python.Indexes.IndexUrl.IsWeb);
        return this with
        {
            IndexUrl = local.FirstOrDefault(),
            ExtraIndexUrls = [.. local.Skip(1)],
            NoIndex = local.IsEmpty,
            FindLinks = FindLinks.RemoveAll(Firn.Python.Indexes.IndexUrl.IsWeb),
        };
    }

    /// <summary>What the variables and the configuration files of pip and uv say.</summary>
    /// <param name="systemContext">The process.</param>
    /// <param name="prefix">The environment whose own <c>pip.conf</c> counts; <see langword="null"/> for none.</param>
    public static IndexOptions FromEnvironment(SystemContext systemContext, string? prefix = null) =>
        IndexConfiguration.Read(systemContext, prefix);

    /// <summary>The indexes without credentials, for messages.</summary>
    public override string ToString() => string.Join(", ", [.. IndexUrls.Select(Credentials.Remove), .. FindLinks.Select(Credentials.Remove)]);

    private static ImmutableArray<string> Joined(ImmutableArray<string> first, ImmutableArray<string> second) =>
        [.. first.Concat(second).Distinct(StringComparer.Ordinal)];
}

/// <summary>
/// The options of indexes in variables and configuration files: pip's (cli/parser.py: <c>PIP_NAME</c> before the
/// sections <c>[install]</c> and <c>[global]</c>), and where pip says nothing, uv's variables.
/// </summary>
internal static class IndexConfiguration
{
    public static IndexOptions Read(SystemContext systemContext, string? prefix)
    {
        var pip = new PipSettings(systemContext, prefix);
        var uvIndex = systemContext.Variable("UV_DEFAULT_INDEX") ?? systemContext.Variable("UV_INDEX_URL");
        return new IndexOptions
        {
            IndexUrl = Location(pip.Value("index-url") ?? WithoutName(uvIndex), systemContext),
            ExtraIndexUrls = Locations(pip.Words("extra-index-url") ?? UvIndexes(systemContext), systemContext),
            FindLinks = Locations(pip.Words("find-links") ?? Words(systemContext.Variable("UV_FIND_LINKS"), ','), systemContext),
            NoIndex = Flag(pip.Value("no-index") ?? systemContext.Variable("UV_NO_INDEX")),
            Formats = [.. Formats(pip)],
            RequireHashes = Flag(pip.Value("require-hashes") ?? systemContext.Variable("UV_REQUIRE_HASHES")),
            IgnoresRequiresPython = Flag(pip.Value("ignore-requires-python")),
            Constraints = Locations(pip.Words("constraint") ?? [], systemContext),
            TrustedHosts = pip.Words("trusted-host") ?? [],
        };
    }

    /// <summary>A URL as it is; a path that exists, or that looks like one, absolute (pip: models/search_scope.py).</summary>
    public static string? Location(string? text, SystemContext systemContext)
    {
        if (string.IsNullOrEmpty(text) || text.Contains("://", StringComparison.Ordinal)
            || text.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
        {
            return string.IsNullOrEmpty(text) ? null : text;
        }

        var path = text == "~" || text.StartsWith("~/", StringComparison.Ordinal) ? systemContext.HomeDirectory + text[1..] : text;
        return path.Contains('\0', StringComparison.Ordinal) ? null : Path.GetFullPath(path, systemContext.CurrentDirectory);
    }

    private static ImmutableArray<string> Locations(ImmutableArray<string> texts, SystemContext systemContext)
    {
        var locations = ImmutableArray.CreateBuilder<string>();
        foreach (var text in texts)
        {
            if (Location(text, systemContext) is { } location)
            {
                locations.Add(location);
            }
        }

        return locations.DrainToImmutable();
    }

    private static ImmutableArray<string> UvIndexes(SystemContext systemContext)
    {
        var indexes = ImmutableArray.CreateBuilder<string>();
        foreach (var name in new[] { "UV_INDEX", "UV_EXTRA_INDEX_URL" })
        {
            foreach (var word in Words(systemContext.Variable(name), ' '))
            {
                indexes.Add(WithoutName(word)!);
            }
        }

        return indexes.DrainToImmutable();
    }

    /// <summary>uv writes <c>NAME=URL</c> for an index with a name.</summary>
    private static string? WithoutName(string? index)
    {
        var equals = index?.IndexOf('=', StringComparison.Ordinal) ?? -1;
        return equals > 0 && CanonicalName.IsValid(index.AsSpan(0, equals)) ? index![(equals + 1)..] : index;
    }

    /// <summary>Of one place after the other, as a later one takes back what an earlier one says.</summary>
    private static IEnumerable<FormatChange> Formats(PipSettings pip)
    {
        foreach (var (noBinary, onlyBinary) in pip.Places("no-binary").Zip(pip.Places("only-binary")))
        {
            if (noBinary is not null)
            {
                yield return new FormatChange(true, noBinary);
            }

            if (onlyBinary is not null)
            {
                yield return new FormatChange(false, onlyBinary);
            }
        }
    }

    private static ImmutableArray<string> Words(string? text, char separator) =>
        text is null ? [] : [.. text.Split([separator, ' ', '\t', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)];

    private static bool Flag(string? text) => PythonBoolean.Parse(text) ?? false;
}

/// <summary>One <c>--no-binary</c> or <c>--only-binary</c>.</summary>
/// <param name="IsNoBinary">Which of the two.</param>
/// <param name="Value">Names between commas, <c>:all:</c> or <c>:none:</c>.</param>
internal sealed record FormatChange(bool IsNoBinary, string Value);

/// <summary>Whether wheels and source archives may be taken (pip: models/format_control.py).</summary>
internal sealed class FormatControl
{
    private const string All = ":all:";
    private const string None = ":none:";

    private readonly HashSet<string> _noBinary = new(StringComparer.Ordinal);
    private readonly HashSet<string> _onlyBinary = new(StringComparer.Ordinal);

    /// <summary>What holds after the options, one after the other.</summary>
    public FormatControl(IEnumerable<FormatChange> changes)
    {
        foreach (var change in changes)
        {
            Apply(change.Value, change.IsNoBinary ? _noBinary : _onlyBinary, change.IsNoBinary ? _onlyBinary : _noBinary);
        }
    }

    /// <summary>Whether the project's wheels may be taken.</summary>
    public bool AllowsWheels(string canonicalName) =>
        _onlyBinary.Contains(canonicalName)
        || (!_noBinary.Contains(canonicalName) && (_onlyBinary.Contains(All) || !_noBinary.Contains(All)));

    /// <summary>Whether the project's source archives may be taken.</summary>
    public bool AllowsSources(string canonicalName) =>
        !_onlyBinary.Contains(canonicalName) && (_noBinary.Contains(canonicalName) || !_onlyBinary.Contains(All));

    private static void Apply(string value, HashSet<string> target, HashSet<string> other)
    {
        var names = value.Split(',', StringSplitOptions.TrimEntries);
        var start = Array.LastIndexOf(names, All) + 1;
        if (start > 0)
        {
            other.Clear();
            target.Clear();
            target.Add(All);
            // :all: covers the names behind it, unless :none: takes it back.
            if (Array.IndexOf(names, None, start) < 0)
            {
                return;
            }
        }

        foreach (var name in names.AsSpan(start))
        {
            if (name == None)
            {
                target.Clear();
            }
            else if (name.Length > 0)
            {
                other.Remove(CanonicalName.Of(name));
                target.Add(CanonicalName.Of(name));
            }
        }
    }
}
