using System.Collections.Immutable;
using Firn.Common;
using Firn.Python.Indexes;

namespace Firn.Python.Requirements;

/// <summary>The options of a line without a requirement, which hold for all (pip: req/req_file.py handle_option_line).</summary>
internal static class LineIndexOptions
{
    /// <summary>What holds after the line.</summary>
    public static IndexOptions Add(IndexOptions before, LineOptions line, string file, Surroundings surroundings)
    {
        var formats = ImmutableArray.CreateBuilder<FormatChange>();
        foreach (var (name, value) in line.Options)
        {
            if (name is "no-binary" or "only-binary")
            {
                formats.Add(new FormatChange(name == "no-binary", value));
            }
        }

        return before.Then(new IndexOptions
        {
            IndexUrl = IndexConfiguration.Location(line.Last("index-url"), surroundings),
            ExtraIndexUrls = [.. line.All("extra-index-url").Select(url => IndexConfiguration.Location(url, surroundings)).OfType<string>()],
            FindLinks = line.First("find-links") is { } place && Place(place, file, surroundings) is { } links ? [links] : [],
            NoIndex = line.First("no-index") is not null,
            Formats = formats.DrainToImmutable(),
            PreferBinary = line.First("prefer-binary") is not null,
            RequireHashes = line.First("require-hashes") is not null,
            AllowPrereleases = line.First("pre") is not null,
            TrustedHosts = [.. line.All("trusted-host")],
        });
    }

    /// <summary>A path of <c>--find-links</c> starts from the file's folder if something is there, else from the current one.</summary>
    private static string? Place(string place, string file, Surroundings surroundings)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(IndexUrl.ToPath(file) ?? file, surroundings.CurrentDirectory));
        var beside = place.Contains('\0', StringComparison.Ordinal) || place.Contains("://", StringComparison.Ordinal)
            ? null
            : Path.GetFullPath(place, folder ?? surroundings.CurrentDirectory);
        return beside is not null && Path.Exists(beside) ? beside : IndexConfiguration.Location(place, surroundings);
    }
}
