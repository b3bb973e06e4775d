using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Zip;
using Firn.Python.Versions;

namespace Firn.Python.Wheels;

/// <summary>
/// The file name of a wheel, as strict as <c>packaging.utils.parse_wheel_filename</c> (Binary distribution format, "File
/// name convention").
/// </summary>
internal sealed record StrictWheelName
{
    private const string Ending = ".whl";

    /// <summary>The distribution as the name has it.</summary>
    public required string Name { get; init; }

    public required string CanonicalName { get; init; }

    /// <summary>As the name has it.</summary>
    public required string Version { get; init; }

    public required Pep440Version ParsedVersion { get; init; }

    /// <summary>The build tag; it begins with a digit.</summary>
    public string? Build { get; init; }

    public required ImmutableArray<string> PythonTags { get; init; }

    public required ImmutableArray<string> AbiTags { get; init; }

    public required ImmutableArray<string> PlatformTags { get; init; }

    /// <summary>Reads a name.</summary>
    /// <param name="fileName">Without a folder.</param>
    /// <param name="problem">What is wrong with it.</param>
    public static StrictWheelName? TryParse(string fileName, out string? problem)
    {
        if (!fileName.EndsWith(Ending, StringComparison.Ordinal))
        {
            problem = "it does not end in .whl";
            return null;
        }

        var parts = fileName[..^Ending.Length].Split('-');
        if (parts.Length is not (5 or 6))
        {
            problem = "it is not NAME-VERSION[-BUILD]-PYTHON-ABI-PLATFORM.whl";
            return null;
        }

        // Names were escaped with one underscore for each run; old versions with one for each hyphen.
        var version = Pep440Version.Parse(parts[1].Replace('_', '-'));
        problem = !IsName(parts[0]) ? "its first part is no name of a distribution"
            : version is null ? "its second part is no version of PEP 440"
            : parts.Length == 6 && !(parts[2].Length > 0 && char.IsAsciiDigit(parts[2][0])) ? "its build tag does not begin with a digit"
            : FindTagProblem(parts.AsSpan(parts.Length - 3));
        return problem is not null
            ? null
            : new StrictWheelName
            {
                Name = parts[0],
                CanonicalName = Firn.Python.CanonicalName.Of(parts[0]),
                Version = parts[1],
                ParsedVersion = version!,
                Build = parts.Length == 6 ? parts[2] : null,
                PythonTags = [.. parts[^3].Split('.')],
                AbiTags = [.. parts[^2].Split('.')],
                PlatformTags = [.. parts[^1].Split('.')],
            };
    }

    /// <exception cref="FirnException">It is no name of a wheel.</exception>
    public static StrictWheelName Parse(string fileName) => TryParse(fileName, out var problem)
        ?? throw new FirnException(
            $"{ZipEntryName.Show(fileName)} is not the name of a wheel: {problem}",
            "a wheel is installed under the name that it was published with");

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

    private static string? FindTagProblem(ReadOnlySpan<string> tags)
    {
        foreach (var tag in tags)
        {
            foreach (var part in tag.AsSpan().Split('.'))
            {
                if (!IsTag(tag.AsSpan()[part]))
                {
                    return "one of its tags is empty or holds other characters than letters, digits and _";
                }
            }
        }

        return null;
    }

    private static bool IsTag(ReadOnlySpan<char> tag)
    {
        foreach (var c in tag)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '_')
            {
                return false;
            }
        }

        return !tag.IsEmpty;
    }
}
