using System.Collections.Immutable;
using System.Text;
using Firn.Common;
using Firn.Conda.Linking;

namespace Firn.Conda.Archives;

/// <summary>
/// The lists of packages from before <c>paths.json</c>: <c>info/files</c>, <c>has_prefix</c>, <c>no_link</c> and
/// <c>no_softlink</c> (conda gateways/disk/read.py <c>read_paths_json</c>).
/// </summary>
internal sealed class LegacyPathsReader(PackageFiles files, ArchiveFailure failure)
{
    /// <summary>conda base/constants.py PREFIX_PLACEHOLDER.</summary>
    private const string DefaultPlaceholder = "/opt/anaconda1anaconda2anaconda3";

    /// <exception cref="FirnException">A list cannot be read.</exception>
    public ImmutableArray<PackagePath> Read()
    {
        var placeholders = ReadPlaceholders();
        var noLink = new HashSet<string>(Lines("info/no_link"), StringComparer.Ordinal);
        noLink.UnionWith(Lines("info/no_softlink"));
        var paths = ImmutableArray.CreateBuilder<PackagePath>();
        foreach (var path in Lines("info/files"))
        {
            var isLink = files.Contents.Find(path)?.LinkTarget is not null;
            paths.Add(new PackagePath
            {
                Path = path,
                Kind = isLink ? CondaPathKind.Link : CondaPathKind.File,
                Placeholder = placeholders.GetValueOrDefault(path),
                IsNoLink = noLink.Contains(path),
            });
        }

        return paths.DrainToImmutable();
    }

    private Dictionary<string, CondaPlaceholder> ReadPlaceholders()
    {
        var placeholders = new Dictionary<string, CondaPlaceholder>(StringComparer.Ordinal);
        foreach (var line in Lines("info/has_prefix"))
        {
            var words = Split(line);
            var (path, placeholder) = words switch
            {
                [var alone] => (alone, new CondaPlaceholder(DefaultPlaceholder, IsBinary: false)),
                [var text, "text" or "binary", var file] when text.Length > 0 =>
                    (file, new CondaPlaceholder(text, words[1] == "binary")),
                _ => throw failure.Damaged($"info/has_prefix has the line `{line}`"),
            };
            placeholders[path] = placeholder;
        }

        return placeholders;
    }

    /// <summary>Words between blanks; quotes hold one together (Python's <c>shlex.split(line, posix=False)</c>, quotes stripped).</summary>
    private static List<string> Split(string line)
    {
        var words = new List<string>();
        var at = 0;
        while (at < line.Length)
        {
            if (char.IsWhiteSpace(line[at]))
            {
                at++;
                continue;
            }

            var quoted = line[at] is '"' or '\'' ? line.IndexOf(line[at], at + 1) : -1;
            var end = quoted >= 0 ? quoted + 1 : at;
            while (quoted < 0 && end < line.Length && !char.IsWhiteSpace(line[end]))
            {
                end++;
            }

            words.Add(line[at..end].Trim('"', '\''));
            at = end;
        }

        return words;
    }

    /// <summary>Stripped lines that are neither empty nor start with a number sign (<c>yield_lines</c>).</summary>
    private List<string> Lines(string name)
    {
        var lines = new List<string>();
        if (files.Read(name, PackageFiles.LongestList) is { } bytes)
        {
            var text = Encoding.UTF8.GetString(bytes).AsSpan();
            foreach (var range in text.SplitAny('\n', '\r'))
            {
                var line = text[range].Trim();
                if (line.Length > 0 && line[0] != '#')
                {
                    lines.Add(lines.Count < PackageFiles.MostPaths ? line.ToString() : throw failure.Refused($"{name} has too many lines"));
                }
            }
        }

        return lines;
    }
}
