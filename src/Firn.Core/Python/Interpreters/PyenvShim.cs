using System.Globalization;
using Firn.Common;
using Firn.Common.Files;

namespace Firn.Python.Interpreters;

/// <summary>
/// Finds what a shim of pyenv would start, as pyenv's <c>pyenv-which</c>, <c>pyenv-version-name</c>,
/// <c>pyenv-version-file</c> and <c>pyenv-version-file-read</c> do (2.4).
/// </summary>
internal sealed class PyenvShim(string path, SystemContext systemContext)
{
    private const int VersionFileLimit = 64 * 1024;
    private const int MaxLevels = 256;
    private readonly string _shims = Path.GetDirectoryName(path) ?? path;
    private readonly string _root = Path.GetDirectoryName(Path.GetDirectoryName(path)) ?? path;
    private readonly string _command = Path.GetFileName(path);

    /// <summary>Whether a script is a shim: it lies in <c>shims</c> and starts <c>pyenv exec</c>.</summary>
    public static bool Is(string path, ReadOnlySpan<byte> head) =>
        Path.GetFileName(Path.GetDirectoryName(path)) == "shims"
        && head.IndexOf("pyenv\" exec "u8) >= 0;

    /// <summary>The executable, and the version's name or <c>system</c>.</summary>
    /// <exception cref="FirnException">No version in force has that command.</exception>
    public (string Executable, string Version) Resolve()
    {
        var selection = Selection(out var origin);
        foreach (var version in selection)
        {
            if (version != "system" && PyenvVersions.Find(_root, version) is { } name)
            {
                var executable = Path.Join(_root, "versions", name, "bin", _command);
                if (FileCheck.IsExecutable(executable))
                {
                    return (executable, name);
                }
            }
            else if (version == "system" && OnSystem() is { } system)
            {
                return (system, "system");
            }
        }

        // pyenv looks at the system last even where nobody named it.
        if (OnSystem() is { } last)
        {
            return (last, "system");
        }

        throw new FirnException(
            $"{path} is a pyenv shim, and none of the versions in force has {_command}: "
                + $"{string.Join(", ", selection)} (set by {origin})",
            "install that version with pyenv, or name the environment's folder");
    }

    private string? OnSystem() => ExecutableFile.OnPath(_command, systemContext, _shims);

    private List<string> Selection(out string origin)
    {
        if (systemContext.Variable("PYENV_VERSION") is { } value)
        {
            origin = "PYENV_VERSION";
            return [.. value.Split(':', StringSplitOptions.RemoveEmptyEntries)];
        }

        origin = VersionFile();
        var versions = ReadVersionFile(origin);
        return versions.Count == 0 ? ["system"] : versions;
    }

    private string VersionFile()
    {
        foreach (var start in (string?[])[systemContext.Variable("PYENV_DIR"), systemContext.CurrentDirectory])
        {
            var folder = start;
            for (var level = 0; folder is not null && level < MaxLevels; level++)
            {
                var file = Path.Join(folder, ".python-version");
                if (FileCheck.IsFile(file))
                {
                    return file;
                }

                folder = Path.GetDirectoryName(folder);
            }
        }

        return Path.Join(_root, "version");
    }

    /// <summary>The first word of each line, comments left out.</summary>
    private static List<string> ReadVersionFile(string file)
    {
        var versions = new List<string>();
        var text = BoundedFile.ReadText(file, VersionFileLimit) ?? string.Empty;
        foreach (var line in new TextLines(text))
        {
            var word = line.Trim();
            var end = word.IndexOfAny(' ', '\t');
            word = end < 0 ? word : word[..end];
            if (word.Length > 0 && word[0] != '#')
            {
                // One line may hold several, as PYENV_VERSION does.
                versions.AddRange(word.ToString().Split(':', StringSplitOptions.RemoveEmptyEntries));
            }
        }

        return versions;
    }
}

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
