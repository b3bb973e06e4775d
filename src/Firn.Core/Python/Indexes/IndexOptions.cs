using System.Collections.Immutable;
using Firn.Common;

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

    /// <summary><c>--prefer-binary</c>.</summary>
    public bool PreferBinary { get; init; }

    /// <summary><c>--require-hashes</c>.</summary>
    public bool RequireHashes { get; init; }

    /// <summary><c>--pre</c>.</summary>
    public bool AllowPrereleases { get; init; }

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
        PreferBinary = PreferBinary || later.PreferBinary,
        RequireHashes = RequireHashes || later.RequireHashes,
        AllowPrereleases = AllowPrereleases || later.AllowPrereleases,
        IgnoresRequiresPython = IgnoresRequiresPython || later.IgnoresRequiresPython,
        Constraints = Joined(Constraints, later.Constraints),
        TrustedHosts = Joined(TrustedHosts, later.TrustedHosts),
    };

    /// <summary>The same without what is on a network.</summary>
    public IndexOptions WithoutNetwork()
    {
        var local = IndexUrls.RemoveAll(Indexes.IndexUrl.IsWeb);
        return this with
        {
            IndexUrl = local.FirstOrDefault(),
            ExtraIndexUrls = [.. local.Skip(1)],
            NoIndex = local.IsEmpty,
            FindLinks = FindLinks.RemoveAll(Indexes.IndexUrl.IsWeb),
        };
    }

    /// <summary>What the variables and the configuration files of pip and uv say.</summary>
    /// <param name="surroundings">The process.</param>
    /// <param name="prefix">The environment whose own <c>pip.conf</c> counts; <see langword="null"/> for none.</param>
    public static IndexOptions FromEnvironment(Surroundings surroundings, string? prefix = null) =>
        IndexConfiguration.Read(surroundings, prefix);

    /// <summary>The indexes without credentials, for messages.</summary>
    public override string ToString() => string.Join(", ", [.. IndexUrls.Select(Credentials.Remove), .. FindLinks.Select(Credentials.Remove)]);

    private static ImmutableArray<string> Joined(ImmutableArray<string> first, ImmutableArray<string> second) =>
        [.. first.Concat(second).Distinct(StringComparer.Ordinal)];
}
