using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Conda;

/// <summary>What the user asked for, from <c>conda-meta/history</c> (conda history.py <c>get_requested_specs_map</c>).</summary>
internal static class CondaHistory
{
    private const int Limit = 64 * 1024 * 1024;

    /// <summary>The last spec for each name that was asked for and not removed again, in the order of asking.</summary>
    public static ImmutableArray<string> ReadRequestedSpecs(string path, List<Problem> problems)
    {
        if (BoundedFile.ReadText(path, Limit) is not { } text)
        {
            problems.Add(new Problem("conda-history-unreadable", path, "the environment's history cannot be read"));
            return [];
        }

        var specs = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in new TextLines(text))
        {
            ReadLine(line, specs);
        }

        return [.. specs.Values];
    }

    private static void ReadLine(ReadOnlySpan<char> line, OrderedDictionary<string, string> specs)
    {
        var colon = line.IndexOf("specs:");
        if (colon < 0 || !line.StartsWith('#'))
        {
            return;
        }

        var action = line[1..colon].Trim();
        var isRemoval = action is "remove" or "uninstall";
        if (!isRemoval && action is not ("update" or "install" or "create" or "neutered"))
        {
            return;
        }

        foreach (var spec in Split(line[(colon + "specs:".Length)..].Trim()))
        {
            var name = CondaDependency.Parse(spec).Name;
            if (isRemoval)
            {
                specs.Remove(name);
            }
            else
            {
                specs[name] = Credentials.Remove(spec);
            }
        }
    }

    /// <summary>A Python list of strings, or, before conda 4.4, specs between commas.</summary>
    private static List<string> Split(ReadOnlySpan<char> text)
    {
        var specs = new List<string>();
        if (!text.StartsWith('['))
        {
            foreach (var range in text.Split(','))
            {
                if (text[range].Trim() is { Length: > 0 } spec)
                {
                    specs.Add(spec.ToString());
                }
            }

            return specs;
        }

        while (text.IndexOfAny('\'', '"') is >= 0 and var start)
        {
            var rest = text[(start + 1)..];
            var end = rest.IndexOf(text[start]);
            if (end < 0)
            {
                break;
            }

            specs.Add(rest[..end].ToString());
            text = rest[(end + 1)..];
        }

        return specs;
    }
}
