using System.Globalization;
using Firn.Common;

namespace Firn.Python.Environments;

/// <summary>Resolves a version's name to an installed one, as <c>pyenv-latest</c> does: <c>3.11</c> is the newest 3.11.</summary>
internal static class PyenvVersions
{
    private static readonly string[] NotReleases = ["-dev", "-src", "-latest"];

    /// <summary>The name of the folder below <c>versions</c>, or <see langword="null"/> if none is installed.</summary>
    public static string? Find(string root, string version)
    {
        // A name from a file must not lead out of the versions (CVE-2022-35861).
        if (version.Contains("..", StringComparison.Ordinal) || Path.IsPathRooted(version))
        {
            return null;
        }

        var folder = Path.Join(root, "versions");
        var plain = version.StartsWith("python-", StringComparison.Ordinal) ? version[7..] : version;
        foreach (var name in (string[])[version, plain])
        {
            if (name.Length > 0 && Directory.Exists(Path.Join(folder, name)))
            {
                return name;
            }
        }

        return Latest(folder, version) ?? Latest(folder, plain);
    }

    private static string? Latest(string folder, string prefix)
    {
        var freeThreaded = prefix.Length > 1 && prefix[^1] == 't' && char.IsAsciiDigit(prefix[^2]);
        prefix = freeThreaded ? prefix[..^1] : prefix;
        string? best = null;
        foreach (var entry in DirectoryReader.List(folder, out _))
        {
            if (IsCandidate(entry.Name, prefix, freeThreaded) && (best is null || Compare(entry.Name, best) > 0))
            {
                best = entry.Name;
            }
        }

        return best;
    }

    private static bool IsCandidate(string name, string prefix, bool freeThreaded)
    {
        if (name.Length <= prefix.Length
            || !name.StartsWith(prefix, StringComparison.Ordinal)
            || name[prefix.Length] is not ('.' or '-'))
        {
            return false;
        }

        foreach (var suffix in NotReleases)
        {
            if (name.EndsWith(suffix, StringComparison.Ordinal))
            {
                return false;
            }
        }

        var isFreeThreaded = name[^1] == 't' && char.IsAsciiDigit(name[^2]);
        return isFreeThreaded == freeThreaded && !IsPreRelease(name);
    }

    /// <summary><c>3.13.0rc2</c>, <c>3.14.0a1</c>.</summary>
    private static bool IsPreRelease(string name)
    {
        var end = name.Length;
        while (end > 0 && char.IsAsciiDigit(name[end - 1]))
        {
            end--;
        }

        var head = name.AsSpan(0, end);
        return end < name.Length && (head.EndsWith("rc") || head.EndsWith("a") || head.EndsWith("b"));
    }

    private static int Compare(string one, string other)
    {
        var left = one.Split('.', '-');
        var right = other.Split('.', '-');
        for (var i = 0; i < Math.Max(left.Length, right.Length); i++)
        {
            var order = Number(left, i).CompareTo(Number(right, i));
            if (order != 0)
            {
                return order;
            }
        }

        return string.CompareOrdinal(one, other);
    }

    private static long Number(string[] parts, int index)
    {
        if (index >= parts.Length)
        {
            return -1;
        }

        var text = parts[index].AsSpan().TrimEnd('t');
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }
}
