using System.Collections.Immutable;
using System.Text;
using Firn.Common;
using Firn.Common.Files;

namespace Firn.Conda.Prefixes;

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

        var specs = new SpecsByName();
        foreach (var line in new TextLines(text))
        {
            ReadLine(line, specs);
        }

        return specs.InOrder();
    }

    private static void ReadLine(ReadOnlySpan<char> line, SpecsByName specs)
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
                specs.Set(name, Credentials.Remove(spec));
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

/// <summary>
/// Specs by name in the order in which the names came. An OrderedDictionary moves all that follow when one is removed,
/// which a long history of removals makes quadratic.
/// </summary>
internal sealed class SpecsByName
{
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly List<string?> _specs = [];

    /// <summary>Replaces the spec of that name where it stands, or adds it at the end.</summary>
    public void Set(string name, string spec)
    {
        if (_places.TryGetValue(name, out var place))
        {
            _specs[place] = spec;
        }
        else
        {
            _places.Add(name, _specs.Count);
            _specs.Add(spec);
        }
    }

    public void Remove(string name)
    {
        if (_places.Remove(name, out var place))
        {
            _specs[place] = null;
        }
    }

    public ImmutableArray<string> InOrder()
    {
        var specs = ImmutableArray.CreateBuilder<string>(_places.Count);
        foreach (var spec in _specs)
        {
            if (spec is not null)
            {
                specs.Add(spec);
            }
        }

        return specs.MoveToImmutable();
    }
}

/// <summary>The text of <c>conda-meta/history</c>, which a restored environment keeps.</summary>
internal static class CondaHistoryCredentials
{
    /// <summary>
    /// The history with the credentials taken out of the commands and package URLs in it; the same bytes where there
    /// are none. Bytes that are not UTF-8 become U+FFFD where a line has to change.
    /// </summary>
    public static byte[] WithoutCredentials(ReadOnlySpan<byte> history)
    {
        var output = new MemoryStream(history.Length);
        while (history.Length > 0)
        {
            var end = history.IndexOf((byte)'\n') is >= 0 and var at ? at + 1 : history.Length;
            WriteLine(output, history[..end]);
            history = history[end..];
        }

        return output.ToArray();
    }

    private static void WriteLine(MemoryStream output, ReadOnlySpan<byte> line)
    {
        if (line.IndexOf("://"u8) < 0)
        {
            output.Write(line);
            return;
        }

        var text = Encoding.UTF8.GetString(line);
        var clean = RemoveFromWords(text);
        output.Write(clean == text ? line : Encoding.UTF8.GetBytes(clean));
    }

    /// <summary>Each word by itself: one line may name several URLs.</summary>
    private static string RemoveFromWords(string line)
    {
        var clean = new StringBuilder(line.Length);
        var start = 0;
        for (var i = 0; i <= line.Length; i++)
        {
            if (i == line.Length || line[i] is ' ' or '\t' or '\n' or '\r' or '\'' or '"' or ',' or '[' or ']')
            {
                clean.Append(Credentials.Remove(line[start..i]));
                clean.Append(line.AsSpan(i, i < line.Length ? 1 : 0));
                start = i + 1;
            }
        }

        return clean.ToString();
    }
}
