using Firn.Common;
using Firn.Common.Files;

namespace Firn.Conda.Configuration;

/// <summary>The channels of conda's configuration files, the one setting that <c>conda env export</c> prints.</summary>
internal static class CondaConfiguration
{
    private const int Limit = 1024 * 1024;

    /// <summary>
    /// The channels, those of the file with the highest priority first (conda base/constants.py SEARCH_PATH, read from
    /// its end; common/configuration.py joins lists that way). Credentials are removed.
    /// </summary>
    public static List<string> ReadChannels(string prefix, SystemContext systemContext)
    {
        var channels = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in Files(prefix, systemContext))
        {
            if (file is not null && BoundedFile.ReadText(file, Limit) is { } text)
            {
                foreach (var channel in ChannelsIn(text))
                {
                    var clean = CondaUrl.RemoveCredentials(channel);
                    if (seen.Add(clean))
                    {
                        channels.Add(clean);
                    }
                }
            }
        }

        return channels;
    }

    private static IEnumerable<string?> Files(string prefix, SystemContext systemContext)
    {
        yield return systemContext.Variable("CONDARC");
        yield return Path.Join(prefix, ".condarc");
        foreach (var folder in (string[])["", ".conda", ".config/conda"])
        {
            yield return Path.Join(systemContext.HomeDirectory, folder, ".condarc");
        }

        if (Path.GetDirectoryName(prefix) is { } parent && Path.GetFileName(parent) == "envs")
        {
            yield return Path.Join(Path.GetDirectoryName(parent), ".condarc");
        }

        yield return systemContext.SystemPath("/etc/conda/.condarc");
    }

    /// <summary>The list behind <c>channels:</c> at the start of a line, as <c>- item</c> lines or in brackets.</summary>
    private static List<string> ChannelsIn(string text)
    {
        var channels = new List<string>();
        var isInside = false;
        foreach (var line in new TextLines(text))
        {
            var content = line.IndexOf(" #") is >= 0 and var comment ? line[..comment] : line;
            var trimmed = content.Trim();
            if (trimmed.Length == 0 || trimmed[0] == '#')
            {
                continue;
            }

            if (isInside && trimmed.StartsWith("- "))
            {
                channels.Add(trimmed[2..].Trim(" '\"").ToString());
                continue;
            }

            isInside = content.TrimEnd() is "channels:";
            if (content.StartsWith("channels:") && trimmed[^1] == ']' && trimmed.IndexOf('[') is > 0 and var open)
            {
                foreach (var range in trimmed[(open + 1)..^1].Split(','))
                {
                    channels.Add(trimmed[(open + 1)..^1][range].Trim(" '\"").ToString());
                }
            }
        }

        channels.RemoveAll(channel => channel.Length == 0);
        return channels;
    }
}
