using System.Collections.Immutable;
using Firn.Python.Versions;

namespace Firn.Python.Indexes;

/// <summary>
/// What the name of a wheel says: <c>name-version(-build)?-python-abi-platform.whl</c> (binary distribution format,
/// "File name convention"; packaging: utils.py parse_wheel_filename, which looks at no tag).
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

    /// <summary>The version as written.</summary>
    public required string VersionText { get; init; }

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

    /// <summary>Reads a name; <see langword="null"/> where it is not a wheel's.</summary>
    public static WheelFileName? Parse(string fileName) => Parse(fileName, out _);

    /// <summary>Reads a name; <see langword="null"/> where it is not a wheel's.</summary>
    /// <param name="fileName">Without a folder.</param>
    /// <param name="problem">What is wrong with it.</param>
    public static WheelFileName? Parse(string fileName, out string? problem)
    {
        if (!fileName.EndsWith(Extension, StringComparison.Ordinal))
        {
            problem = "it does not end in .whl";
            return null;
        }

        var parts = fileName[..^Extension.Length].Split('-');
        if (parts.Length is not (5 or 6))
        {
            problem = "it is not NAME-VERSION[-BUILD]-PYTHON-ABI-PLATFORM.whl";
            return null;
        }

        var version = Pep440Version.Parse(parts[1]);
        var build = parts.Length == 6 ? parts[2] : null;
        problem = !IsName(parts[0]) ? "its first part is not a name of a distribution"
            : version is null ? "its second part is not a version of PEP 440"
            : build is not null && !(build.Length > 0 && char.IsAsciiDigit(build[0])) ? "its build tag does not begin with a digit"
            : AreTags(parts[^3]) && AreTags(parts[^2]) && AreTags(parts[^1]) ? null
            : "one of its tags is empty or holds other characters than letters, digits and _";
        if (problem is not null)
        {
            return null;
        }

        var digits = build is null ? 0 : build.AsSpan().IndexOfAnyExceptInRange('0', '9') is var end and >= 0 ? end : build.Length;
        return new WheelFileName
        {
            Name = parts[0],
            CanonicalName = Firn.Python.CanonicalName.Of(parts[0]),
            Version = version!,
            VersionText = parts[1],
            BuildNumber = build is null ? null : build.AsSpan(0, digits).TrimStart('0') is { IsEmpty: false } number ? number.ToString() : "0",
            BuildRest = build is null ? string.Empty : build[digits..],
            Pythons = [.. parts[^3].ToLowerInvariant().Split('.')],
            Abis = [.. parts[^2].ToLowerInvariant().Split('.')],
            Platforms = [.. parts[^1].ToLowerInvariant().Split('.')],
        };
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

    private static bool IsName(string name)
    {
        foreach (var c in name)
        {
            if (!char.IsLetterOrDigit(c) && c is not ('_' or '.'))
            {
                return false;
            }
        }

        return name.Trim("_.".AsSpan()).Length > 0 && !name.Contains("__", StringComparison.Ordinal);
    }

    private static bool AreTags(ReadOnlySpan<char> tags)
    {
        var last = '.';
        foreach (var c in tags)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '_' && (c != '.' || last == '.'))
            {
                return false;
            }

            last = c;
        }

        return last != '.';
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
