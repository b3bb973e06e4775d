using System.Collections.Immutable;
using Firn.Common;
using Firn.Python.Pip;

namespace Firn.Python.Indexes;

/// <summary>
/// The options of indexes in variables and configuration files: pip's (cli/parser.py: <c>PIP_NAME</c> before the
/// sections <c>[install]</c> and <c>[global]</c>), and where pip says nothing, uv's variables.
/// </summary>
internal static class IndexConfiguration
{
    public static IndexOptions Read(Surroundings surroundings, string? prefix)
    {
        var pip = new PipSettings(surroundings, prefix);
        var uvIndex = surroundings.Variable("UV_DEFAULT_INDEX") ?? surroundings.Variable("UV_INDEX_URL");
        return new IndexOptions
        {
            IndexUrl = Location(pip.Value("index-url") ?? WithoutName(uvIndex), surroundings),
            ExtraIndexUrls = Locations(pip.Words("extra-index-url") ?? UvIndexes(surroundings), surroundings),
            FindLinks = Locations(pip.Words("find-links") ?? Words(surroundings.Variable("UV_FIND_LINKS"), ','), surroundings),
            NoIndex = Flag(pip.Value("no-index") ?? surroundings.Variable("UV_NO_INDEX")),
            Formats = [.. Formats(pip)],
            PreferBinary = Flag(pip.Value("prefer-binary")),
            RequireHashes = Flag(pip.Value("require-hashes") ?? surroundings.Variable("UV_REQUIRE_HASHES")),
            AllowPrereleases = Flag(pip.Value("pre")),
            IgnoresRequiresPython = Flag(pip.Value("ignore-requires-python")),
            Constraints = Locations(pip.Words("constraint") ?? [], surroundings),
            TrustedHosts = pip.Words("trusted-host") ?? [],
        };
    }

    /// <summary>A URL as it is; a path that exists, or that looks like one, absolute (pip: models/search_scope.py).</summary>
    public static string? Location(string? text, Surroundings surroundings)
    {
        if (string.IsNullOrEmpty(text) || text.Contains("://", StringComparison.Ordinal)
            || text.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
        {
            return string.IsNullOrEmpty(text) ? null : text;
        }

        var path = text == "~" || text.StartsWith("~/", StringComparison.Ordinal) ? surroundings.HomeDirectory + text[1..] : text;
        return path.Contains('\0', StringComparison.Ordinal) ? null : Path.GetFullPath(path, surroundings.CurrentDirectory);
    }

    private static ImmutableArray<string> Locations(ImmutableArray<string> texts, Surroundings surroundings)
    {
        var locations = ImmutableArray.CreateBuilder<string>();
        foreach (var text in texts)
        {
            if (Location(text, surroundings) is { } location)
            {
                locations.Add(location);
            }
        }

        return locations.DrainToImmutable();
    }

    private static ImmutableArray<string> UvIndexes(Surroundings surroundings)
    {
        var indexes = ImmutableArray.CreateBuilder<string>();
        foreach (var name in new[] { "UV_INDEX", "UV_EXTRA_INDEX_URL" })
        {
            foreach (var word in Words(surroundings.Variable(name), ' '))
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
