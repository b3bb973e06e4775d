using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Yaml;

namespace Firn.Projects;

/// <summary>Reads <c>environment</c>: a text, a mapping that says what the text is, or one of them per platform.</summary>
internal sealed class EnvironmentChoiceReader(FieldReader fields, string folder, string home, string platform)
{
    private const string From = "from";
    private static readonly string[] Kinds = ["prefix", "python", "conda", "capture", "image", From];

    private static readonly string[] Platforms =
        [ProjectPlatform.Linux, ProjectPlatform.MacOS, ProjectPlatform.Windows];

    public EnvironmentChoice Read(YamlNode node)
    {
        if (node is not YamlMap map || !IsPerPlatform(map))
        {
            return ReadOne(node);
        }

        // All are read, so that a slip is found on every platform.
        EnvironmentChoice? choice = null;
        foreach (var (key, value) in fields.Map(map, "environment", Platforms).Entries)
        {
            var read = ReadOne(value);
            choice = key.Value == platform ? read : choice;
        }

        return choice ?? throw fields.Failure(
            map, $"environment has none for {platform}", $"add {platform}: with a folder, or a mapping");
    }

    private static bool IsPerPlatform(YamlMap map)
    {
        foreach (var entry in map.Entries)
        {
            if (Platforms.AsSpan().Contains(entry.Key.Value))
            {
                return true;
            }
        }

        return false;
    }

    private EnvironmentChoice ReadOne(YamlNode node)
    {
        if (node is YamlText)
        {
            return OfText(fields.PathText(node, "environment"));
        }

        var map = fields.Map(node, "environment", [.. Kinds, .. Platforms]);
        if (map.Find(From) is { } files)
        {
            return OfLocks(map, files);
        }

        if (map.Entries.Length != 1)
        {
            throw fields.Failure(
                map, $"environment names {map.Entries.Length} environments", $"write one of {string.Join(", ", Kinds)}");
        }

        var (key, value) = map.Entries[0];
        var text = fields.PathText(value, key.Value);
        return new EnvironmentChoice(
            key.Value switch
            {
                "prefix" => EnvironmentChoiceKind.Prefix,
                "python" => EnvironmentChoiceKind.Python,
                "conda" => EnvironmentChoiceKind.CondaName,
                "image" => EnvironmentChoiceKind.Image,
                _ => EnvironmentChoiceKind.Capture,
            },
            text);
    }

    private EnvironmentChoice OfLocks(YamlMap map, YamlNode files)
    {
        foreach (var (key, _) in map.Entries)
        {
            if (key.Value is not (From or "prefix" or "python"))
            {
                throw fields.Failure(key, $"environment names {key.Value} beside from", "beside from there may be python and prefix");
            }
        }

        var named = fields.Texts(files, From).Select(text => text.Value).ToImmutableArray();
        return named.IsEmpty
            ? throw fields.Failure(files, "from names no file", "name the locks: from: [environment-locked.yml, requirements.txt]")
            : new EnvironmentChoice(
                EnvironmentChoiceKind.Locks,
                map.Find("prefix") is { } prefix ? fields.PathText(prefix, "prefix") : EnvironmentChoice.MadePrefix)
            {
                Files = named,
                Python = map.Find("python") is { } python ? fields.PathText(python, "python") : null,
            };
    }

    /// <summary>A folder is a prefix; a file, or a name like python3.11 that is not a folder, an interpreter.</summary>
    private EnvironmentChoice OfText(string text)
    {
        var path = Path.GetFullPath(PythonPaths.ExpandUser(text, home), folder);
        var name = Path.GetFileName(text);
        var isPython = !Directory.Exists(path)
            && (File.Exists(path)
                || name.StartsWith("python", StringComparison.OrdinalIgnoreCase)
                || name.StartsWith("pypy", StringComparison.OrdinalIgnoreCase));
        return new EnvironmentChoice(isPython ? EnvironmentChoiceKind.Python : EnvironmentChoiceKind.Prefix, text);
    }
}

/// <summary>The platforms for which <c>firn.yaml</c> may give different environments.</summary>
internal static class ProjectPlatform
{
    public const string Linux = "linux";
    public const string MacOS = "macos";
    public const string Windows = "windows";

    /// <summary>The platform of this process.</summary>
    public static string Current =>
        OperatingSystem.IsWindows() ? Windows : OperatingSystem.IsMacOS() ? MacOS : Linux;
}
