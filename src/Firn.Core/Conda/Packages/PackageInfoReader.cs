using System.Buffers.Text;
using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Json;
using Firn.Conda.Prefixes;

namespace Firn.Conda.Packages;

/// <summary>Reads <c>info/index.json</c> and <c>info/link.json</c>.</summary>
internal sealed class PackageInfoReader(PackageFiles files, PackageFailure failure)
{
    private const string Index = "info/index.json";

    /// <summary>The year 9999 in seconds: a smaller time counts seconds (conda models/records.py TimestampField).</summary>
    private const long MaxSeconds = 253402300799;

    /// <exception cref="Firn.Common.FirnException">They are missing or say what they may not say.</exception>
    public CondaArchiveInfo Read()
    {
        var json = files.Read(Index) ?? throw failure.Damaged($"it has no {Index}");
        var index = PackageJson.Parse(json, Index, failure);
        var link = ReadLink();
        var noarch = NoarchOf(PackageJson.Member(index, "noarch")) ?? NoarchOf(link is null ? null : PackageJson.Member(link, "type"));
        var entryPoints = noarch == "python" && link is not null
            ? PackageJson.Texts(link, "entry_points", "info/link.json", failure)
            : [];
        foreach (var entryPoint in entryPoints)
        {
            _ = EntryPointDefinition.Parse(entryPoint)
                ?? throw failure.Refused($"the entry point `{entryPoint}` is none (command = module:function)");
        }

        return new CondaArchiveInfo
        {
            Name = Identity(index, "name", PackageIdentity.IsName),
            Version = Identity(index, "version", PackageIdentity.IsVersion),
            Build = Identity(index, "build", PackageIdentity.IsBuild),
            BuildNumber = PackageJson.Number(index, "build_number") ?? 0,
            Subdir = SubdirOf(index, noarch),
            Noarch = noarch,
            Depends = PackageJson.Texts(index, "depends", Index, failure),
            Constrains = PackageJson.Texts(index, "constrains", Index, failure),
            License = index.TextOf("license"),
            LicenseFamily = index.TextOf("license_family"),
            Timestamp = Milliseconds(PackageJson.Number(index, "timestamp")),
            PythonSitePackagesPath = SitePackagesOf(index),
            EntryPoints = entryPoints,
            IndexJson = json,
        };
    }

    /// <summary>A time of an index, which may count seconds, in milliseconds.</summary>
    public static long? Milliseconds(long? time) => time is > 0 and < MaxSeconds ? time * 1000 : time is > 0 ? time : null;

    private string Identity(JsonTree index, string name, Predicate<string> isAllowed)
    {
        var text = index.TextOf(name) ?? throw failure.Damaged($"{Index} has no {name}");
        return isAllowed(text) ? text : throw failure.Refused($"its {name} `{text}` is none that a package may have (CEP 26)");
    }

    /// <summary><c>noarch</c> of <c>link.json</c>, which old packages call <c>package_metadata.json</c> (conda gateways/disk/read.py).</summary>
    private JsonTree? ReadLink()
    {
        foreach (var name in (ReadOnlySpan<string>)["info/link.json", "info/package_metadata.json"])
        {
            if (files.Read(name) is { } json)
            {
                var document = PackageJson.Parse(json, name, failure);
                if (PackageJson.Number(document, "package_metadata_version") is not 1)
                {
                    throw failure.Refused($"{name} has a version that Firn does not know");
                }

                return PackageJson.Member(document, "noarch") is { Members: not null } noarch ? noarch : null;
            }
        }

        return null;
    }

    /// <summary>conda models/enums.py <c>NoarchType.coerce</c>: <c>true</c> is how generic packages were written before 4.3.</summary>
    private string? NoarchOf(JsonTree? value)
    {
        if (value is null || value.Literal?.AsSpan().SequenceEqual("false"u8) == true)
        {
            return null;
        }

        if (value.Literal?.AsSpan().SequenceEqual("true"u8) == true)
        {
            return "generic";
        }

        return value.Text?.ToLowerInvariant() is "python" or "generic"
            ? value.Text.ToLowerInvariant()
            : throw failure.Refused($"it is of a kind that Firn does not know (noarch: {value.Text ?? "no text"})");
    }

    private string? SubdirOf(JsonTree index, string? noarch)
    {
        var subdir = index.TextOf("subdir") ?? (noarch is null ? null : "noarch");
        foreach (var c in subdir ?? string.Empty)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))
            {
                throw failure.Refused($"its platform `{subdir}` is none (CEP 26)");
            }
        }

        return subdir;
    }

    private string? SitePackagesOf(JsonTree index)
    {
        var folder = index.TextOf("python_site_packages_path");
        return folder is null or "" ? null
            : CondaPaths.IsAllowed(folder) ? folder
            : throw failure.Refused($"its site-packages `{folder}` would leave the prefix (CEP 17)");
    }
}

/// <summary>What a package says of itself in <c>info</c> (CEP 34), checked.</summary>
internal sealed record CondaArchiveInfo
{
    public required string Name { get; init; }

    public required string Version { get; init; }

    public required string Build { get; init; }

    public long BuildNumber { get; init; }

    /// <summary>The platform it was built for; <see langword="null"/> where an old package does not tell.</summary>
    public string? Subdir { get; init; }

    /// <summary><c>python</c> or <c>generic</c>; <see langword="null"/> for a package of one platform.</summary>
    public string? Noarch { get; init; }

    /// <summary>As built; repodata may have been mended since.</summary>
    public ImmutableArray<string> Depends { get; init; } = [];

    public ImmutableArray<string> Constrains { get; init; } = [];

    public string? License { get; init; }

    public string? LicenseFamily { get; init; }

    /// <summary>When it was built, in milliseconds since 1970.</summary>
    public long? Timestamp { get; init; }

    /// <summary>Of a Python: where it has its packages, relative to the prefix (CEP 17).</summary>
    public string? PythonSitePackagesPath { get; init; }

    /// <summary>Of <c>noarch: python</c>: the scripts to make, as <c>command = module:function</c>.</summary>
    public ImmutableArray<string> EntryPoints { get; init; } = [];

    /// <summary>The scripts that installers run around linking, as paths of the package. Firn runs none.</summary>
    public ImmutableArray<string> LinkScripts { get; init; } = [];

    /// <summary>The digests of <see cref="LinkScripts"/>, in their order.</summary>
    public ImmutableArray<Sha256Digest> LinkScriptDigests { get; init; } = [];

    /// <summary>Whether it has <c>Menu/*.json</c> (CEP 11), of which Firn makes no menus.</summary>
    public bool HasMenu { get; init; }

    /// <summary><c>info/index.json</c> as it is.</summary>
    public required ReadOnlyMemory<byte> IndexJson { get; init; }
}

/// <summary>The small documents of a package: parsed whole, with members of the wrong type refused.</summary>
internal static class PackageJson
{
    /// <exception cref="Firn.Common.FirnException">It is not a JSON object.</exception>
    public static JsonTree Parse(ReadOnlySpan<byte> json, string name, PackageFailure failure)
    {
        try
        {
            var document = JsonTree.Parse(json);
            return document.Members is not null ? document : throw failure.Damaged($"{name} is not a JSON object");
        }
        catch (FormatException exception)
        {
            throw failure.Damaged($"{name} is not valid JSON", exception);
        }
    }

    /// <summary>The member; <see langword="null"/> where it is missing or <c>null</c>.</summary>
    public static JsonTree? Member(JsonTree document, string name) =>
        document.Members!.TryGetValue(name, out var value) && value.Literal?.AsSpan().SequenceEqual("null"u8) != true ? value : null;

    /// <summary>A whole number, also one in quotes, as old packages have them.</summary>
    public static long? Number(JsonTree document, string name)
    {
        var value = Member(document, name);
        return value?.Literal is { } literal
            ? Utf8Parser.TryParse(literal, out long number, out var used) && used == literal.Length ? number : null
            : long.TryParse(value?.Text, out number) ? number : null;
    }

    /// <summary>The strings of an array; a single string is one of them.</summary>
    public static ImmutableArray<string> Texts(JsonTree document, string name, string where, PackageFailure failure)
    {
        var value = Member(document, name);
        if (value?.Text is { } single)
        {
            return [single];
        }

        var texts = ImmutableArray.CreateBuilder<string>();
        foreach (var item in value?.Items ?? (value is null ? [] : throw failure.Damaged($"{name} of {where} is not a list")))
        {
            texts.Add(item.Text ?? throw failure.Damaged($"{name} of {where} holds what is not text"));
        }

        return texts.DrainToImmutable();
    }
}
