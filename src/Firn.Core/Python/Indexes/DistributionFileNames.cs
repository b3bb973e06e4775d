using System.Collections.Immutable;
using Firn.Python.Versions;

namespace Firn.Python.Indexes;

/// <summary>
/// What the name of a wheel says: <c>name-version(-build)?-python-abi-platform.whl</c> (binary distribution format,
/// "File name convention"; packaging: utils.py parse_wheel_filename).
/// </summary>
internal sealed record WheelFileName
{
    private const string Extension = ".whl";

    /// <summary>The name as PEP 503 compares it.</summary>
    public required string CanonicalName { get; init; }

    /// <summary>The name as written.</summary>
    public required string Name { get; init; }

    /// <summary>The version.</summary>
    public required Pep440Version Version { get; init; }

    /// <summary>The build's number as digits without leading zeros; <see langword="null"/> where there is no build tag.</summary>
    public string? BuildNumber { get; init; }

    /// <summary>What follows the build's number.</summary>
    public string BuildRest { get; init; } = string.Empty;

    /// <summary>The Python tags, in lower case.</summary>
    public required ImmutableArray<string> Pythons { get; init; }

    /// <summary>The ABI tags, in lower case.</summary>
    public required ImmutableArray<string> Abis { get; init; }

    /// <summary>The platform tags, in lower case.</summary>
    public required ImmutableArray<string> Platforms { get; init; }

    /// <summary>Reads a name; <see langword="null"/> where it is no wheel's.</summary>
    public static WheelFileName? Parse(string fileName)
    {
        if (!WheelName.IsValid(fileName))
        {
            return null;
        }

        var parts = fileName[..^Extension.Length].Split('-');
        if (!Firn.Python.CanonicalName.IsValid(parts[0].AsSpan().TrimEnd('_'))
            || parts[0].Contains("__", StringComparison.Ordinal)
            || Pep440Version.Parse(parts[1]) is not { } version)
        {
            return null;
        }

        var wheel = new WheelFileName
        {
            Name = parts[0],
            CanonicalName = Firn.Python.CanonicalName.Of(parts[0]),
            Version = version,
            Pythons = Tags(parts[^3]),
            Abis = Tags(parts[^2]),
            Platforms = Tags(parts[^1]),
        };
        return wheel.Pythons.IsEmpty || wheel.Abis.IsEmpty || wheel.Platforms.IsEmpty ? null
            : parts.Length == 5 ? wheel
            : WithBuild(wheel, parts[2]);
    }

    /// <summary>The order of build tags: none first, then by number, then by what follows.</summary>
    public static int CompareBuilds(WheelFileName left, WheelFileName right)
    {
        if (left.BuildNumber is null || right.BuildNumber is null)
        {
            return (left.BuildNumber is null ? 0 : 1).CompareTo(right.BuildNumber is null ? 0 : 1);
        }

        var order = Pep440Order.CompareNumbers(left.BuildNumber, right.BuildNumber);
        return order != 0 ? order : string.CompareOrdinal(left.BuildRest, right.BuildRest);
    }

    private static WheelFileName? WithBuild(WheelFileName wheel, string build)
    {
        var length = 0;
        while (length < build.Length && char.IsAsciiDigit(build[length]))
        {
            length++;
        }

        var number = build.AsSpan(0, length).TrimStart('0');
        return length == 0 ? null : wheel with
        {
            BuildNumber = number.IsEmpty ? "0" : number.ToString(),
            BuildRest = build[length..],
        };
    }

    private static ImmutableArray<string> Tags(string text)
    {
        var tags = text.ToLowerInvariant().Split('.');
        return Array.IndexOf(tags, string.Empty) < 0 ? [.. tags] : [];
    }
}

/// <summary>What the name of a source archive says: <c>name-version.tar.gz</c> (packaging: utils.py parse_sdist_filename).</summary>
/// <param name="CanonicalName">The name as PEP 503 compares it.</param>
/// <param name="Version">The version.</param>
internal sealed record SdistFileName(string CanonicalName, Pep440Version Version)
{
    // pip: utils/filetypes.py; since PEP 625 only .tar.gz is written.
    private static readonly string[] Extensions =
        [".tar.gz", ".zip", ".tgz", ".tar.bz2", ".tbz", ".tar.xz", ".txz", ".tlz", ".tar.lz", ".tar.lzma", ".tar"];

    /// <summary>Whether it ends as source archives do.</summary>
    public static bool HasExtension(string fileName) => StemOf(fileName) is not null;

    /// <summary>Reads a name; <see langword="null"/> where it is none of a source archive.</summary>
    /// <param name="fileName">The file's name.</param>
    /// <param name="canonicalName">The project looked for: old archives have dashes in their versions, so that only the name tells them apart.</param>
    public static SdistFileName? Parse(string fileName, string? canonicalName = null)
    {
        if (StemOf(fileName) is not { } stem)
        {
            return null;
        }

        for (var dash = stem.LastIndexOf('-'); dash > 0; dash = dash == 0 ? -1 : stem.LastIndexOf('-', dash - 1))
        {
            var name = Firn.Python.CanonicalName.Of(stem[..dash]);
            var isWanted = canonicalName is null || name == canonicalName;
            if (isWanted && Pep440Version.Parse(stem.AsSpan(dash + 1)) is { } version)
            {
                return new SdistFileName(name, version);
            }

            if (canonicalName is null || name.Length < canonicalName.Length)
            {
                break;
            }
        }

        return null;
    }

    private static string? StemOf(string fileName)
    {
        foreach (var extension in Extensions)
        {
            if (fileName.EndsWith(extension, StringComparison.OrdinalIgnoreCase) && fileName.Length > extension.Length)
            {
                return fileName[..^extension.Length];
            }
        }

        return null;
    }
}
