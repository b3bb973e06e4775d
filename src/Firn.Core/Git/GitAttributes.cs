using Firn.Common;
using Firn.Common.Files;
using Firn.Git.Configuration;

namespace Firn.Git;

/// <summary>
/// The attributes of files that decide how their contents become blobs (gitattributes(5)). Asked only about the few
/// files whose times differ from the index.
/// </summary>
internal sealed class GitAttributes
{
    private const int MaxBytes = 1024 * 1024;

    private readonly GitWorkTree _workTree;
    private readonly bool _ignoresCase;
    private readonly List<GitAttributeFile> _before = [];
    private readonly GitAttributeFile _last;
    private readonly Dictionary<string, GitAttributeFile> _folders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, string?>> _macros = new(StringComparer.Ordinal)
    {
        ["binary"] = new(StringComparer.Ordinal) { ["text"] = GitAttributeFile.Unset },
    };

    public GitAttributes(GitRepository repository, GitWorkTree workTree, SystemContext systemContext)
    {
        _workTree = workTree;
        _ignoresCase = repository.Config.GetBoolean("core.ignorecase", whenUnset: false);
        var home = systemContext.HomeDirectory;
        var folder = systemContext.Variable("XDG_CONFIG_HOME") ?? Path.Join(home, ".config");
        var own = repository.Config.Get("core.attributesfile") ?? Path.Join(folder, "git", "attributes");
        own = own.StartsWith("~/", StringComparison.Ordinal) ? home + own[1..] : own;
        if (GitConfig.Boolean(systemContext.Variable("GIT_ATTR_NOSYSTEM") ?? "false") != true)
        {
            _before.Add(Load(systemContext.SystemPath("/etc/gitattributes"), string.Empty));
        }

        _before.Add(Load(own, string.Empty));
        _last = Load(Path.Join(repository.CommonDirectory, "info", "attributes"), string.Empty);
    }

    /// <summary>The attributes of a file, by name; a missing one is unspecified.</summary>
    /// <param name="path">The path relative to the work tree, every folder of which is really one.</param>
    public Dictionary<string, string?> Of(string path)
    {
        var found = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var file in _before)
        {
            file.Apply(path, _ignoresCase, found);
        }

        for (var end = 0; end >= 0; end = path.IndexOf('/', end + 1))
        {
            Folder(end == 0 ? string.Empty : path[..(end + 1)]).Apply(path, _ignoresCase, found);
        }

        _last.Apply(path, _ignoresCase, found);
        return found;
    }

    private GitAttributeFile Folder(string folder)
    {
        if (!_folders.TryGetValue(folder, out var file))
        {
            var path = _workTree.Absolute(folder + ".gitattributes");
            // Git does not follow a link here, since one could lead anywhere.
            file = FileStatReader.TryRead(path, out var stat) && stat.IsRegularFile
                ? Load(path, folder)
                : new GitAttributeFile(string.Empty, folder, _macros);
            _folders.Add(folder, file);
        }

        return file;
    }

    private GitAttributeFile Load(string path, string folder) =>
        new(BoundedFile.ReadText(path, MaxBytes) ?? string.Empty, folder, _macros);
}

/// <summary>One file of attributes (gitattributes(5); git: attr.c). Only the attributes that change contents are kept.</summary>
internal sealed class GitAttributeFile
{
    /// <summary>The value of an attribute that is set without a value.</summary>
    public const string Set = "true";

    /// <summary>The value of an attribute that is taken away with a minus sign.</summary>
    public const string Unset = "false";

    private const int MaxRules = 4096;
    private const string Macro = "[attr]";
    private static readonly char[] Blanks = [' ', '\t', '\r'];

    private readonly int _folderLength;
    private readonly List<Rule> _rules = [];

    /// <summary>Reads the lines.</summary>
    /// <param name="text">The whole file.</param>
    /// <param name="folder">The folder that its patterns are relative to: empty, or with a slash at the end.</param>
    /// <param name="macros">The macros known so far; a file at the root may add some.</param>
    public GitAttributeFile(string text, string folder, Dictionary<string, Dictionary<string, string?>> macros)
    {
        _folderLength = GitPattern.AsBytes(folder).Length;
        foreach (var raw in new TextLines(text))
        {
            var line = raw.Trim(Blanks);
            if (line.IsEmpty || line[0] == '#' || _rules.Count >= MaxRules || macros.Count >= MaxRules)
            {
                continue;
            }

            var pattern = Pattern(line, out var rest);
            if (pattern.StartsWith(Macro, StringComparison.Ordinal))
            {
                macros[pattern[Macro.Length..]] = Values(rest, macros);
            }
            else if (pattern.Length > 0 && pattern[0] != '!' && pattern[^1] != '/')
            {
                AddRule(pattern, Values(rest, macros));
            }
        }
    }

    /// <summary>Lets the rules that match a file overwrite its attributes.</summary>
    public void Apply(string path, bool ignoreCase, Dictionary<string, string?> attributes)
    {
        if (_rules.Count == 0)
        {
            return;
        }

        path = GitPattern.AsBytes(path);
        foreach (var (pattern, values) in _rules)
        {
            if (!pattern.Matches(path, _folderLength, ignoreCase))
            {
                continue;
            }

            foreach (var (key, value) in values)
            {
                attributes[key] = value;
            }
        }
    }

    private void AddRule(string pattern, Dictionary<string, string?> values)
    {
        if (values.Count > 0)
        {
            _rules.Add(new Rule(new GitPattern(pattern), values));
        }
    }

    /// <summary>The first word, or what stands in quotes with the escapes that matter in paths.</summary>
    private static string Pattern(ReadOnlySpan<char> line, out ReadOnlySpan<char> rest)
    {
        if (line[0] != '"')
        {
            var end = line.IndexOfAny(Blanks);
            rest = end < 0 ? default : line[end..];
            return (end < 0 ? line : line[..end]).ToString();
        }

        var text = new System.Text.StringBuilder();
        var at = 1;
        for (; at < line.Length && line[at] != '"'; at++)
        {
            at += line[at] == '\\' && at + 1 < line.Length ? 1 : 0;
            text.Append(line[at]);
        }

        rest = line[Math.Min(line.Length, at + 1)..];
        return text.ToString();
    }

    private static Dictionary<string, string?> Values(
        ReadOnlySpan<char> words, Dictionary<string, Dictionary<string, string?>> macros)
    {
        var values = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var range in words.SplitAny(Blanks))
        {
            var word = words[range];
            if (word.IsEmpty)
            {
                continue;
            }

            var value = word[0] switch { '-' => Unset, '!' => null, _ => Set };
            var name = (word[0] is '-' or '!' ? word[1..] : word).ToString();
            var equals = name.IndexOf('=', StringComparison.Ordinal);
            if (equals >= 0)
            {
                (name, value) = (name[..equals], name[(equals + 1)..]);
            }

            if (name is "text" or "eol" or "crlf" or "filter" or "ident" or "working-tree-encoding")
            {
                values[name] = value;
            }
            else if (value == Set && macros.TryGetValue(name, out var meant))
            {
                foreach (var (key, part) in meant)
                {
                    values[key] = part;
                }
            }
        }

        return values;
    }

    private sealed record Rule(GitPattern Pattern, Dictionary<string, string?> Values);
}
