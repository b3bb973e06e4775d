using System.Globalization;
using Firn.Common;
using Firn.Common.Files;

namespace Firn.Git.Configuration;

/// <summary>
/// Reads all files of a configuration in git's order and follows their includes (git: config.c,
/// <c>do_git_config_sequence</c> and <c>git_config_include</c>). A fault anywhere makes git refuse, so it ends here too.
/// </summary>
internal sealed class GitConfigReader(SystemContext systemContext, GitConfigContext? context, List<Problem> problems)
{
    private const int MaxBytes = 8 * 1024 * 1024;
    private const int MaxDepth = 10;

    /// <summary>git has no such limit; includes of includes could otherwise grow to ten billion files.</summary>
    private const int MaxFiles = 500;
    private const int MaxPairs = 10_000;

    /// <summary>A section's name is part of the key of each of its lines, and a file can be included many times.</summary>
    private const int MaxCharacters = 32 * 1024 * 1024;


    private readonly List<GitConfigEntry> _entries = [];
    private int _files;
    private int _characters;
    private bool _failed;

    /// <summary>The configuration of the repository, or of the user where there is none.</summary>
    public GitConfig Read()
    {
        foreach (var path in UserFiles())
        {
            ReadFile(path, 0, mayBeMissing: true);
        }

        if (context is not null)
        {
            ReadFile(Path.Join(context.CommonDirectory, "config"), 0, mayBeMissing: true);
            ReadWorktreeFile(context.GitDirectory);
        }

        ReadVariables();
        return new GitConfig(_entries, _failed);
    }

    private void ReadWorktreeFile(string gitDirectory)
    {
        var wanted = new GitConfig(_entries, _failed).GetBoolean("extensions.worktreeconfig", whenUnset: false);
        if (wanted)
        {
            ReadFile(Path.Join(gitDirectory, "config.worktree"), 0, mayBeMissing: true);
        }
    }

    private IEnumerable<string> UserFiles()
    {
        if (GitConfig.Boolean(systemContext.Variable("GIT_CONFIG_NOSYSTEM") ?? "false") != true)
        {
            yield return systemContext.Variable("GIT_CONFIG_SYSTEM") ?? systemContext.SystemPath("/etc/gitconfig");
        }

        if (systemContext.Variable("GIT_CONFIG_GLOBAL") is { } only)
        {
            yield return only;
            yield break;
        }

        var home = systemContext.HomeDirectory;
        var folder = systemContext.Variable("XDG_CONFIG_HOME") ?? Path.Join(home, ".config");
        yield return Path.Join(folder, "git", "config");
        yield return Path.Join(home, ".gitconfig");
    }

    private void ReadVariables()
    {
        if (!int.TryParse(systemContext.Variable("GIT_CONFIG_COUNT"), CultureInfo.InvariantCulture, out var count))
        {
            return;
        }

        for (var i = 0; i < Math.Min(count, MaxPairs) && !_failed; i++)
        {
            if (!systemContext.Variables.TryGetValue($"GIT_CONFIG_KEY_{i}", out var key)
                || !systemContext.Variables.TryGetValue($"GIT_CONFIG_VALUE_{i}", out var value))
            {
                Fail("the environment", $"GIT_CONFIG_COUNT is {count} but pair {i} is missing");
                return;
            }

            _entries.Add(new GitConfigEntry(Canonical(key), value));
        }
    }

    private static string Canonical(string key)
    {
        var first = key.IndexOf('.', StringComparison.Ordinal);
        var last = key.LastIndexOf('.');
        return first < 0
            ? key
            : key[..first].ToLowerInvariant() + key[first..last] + key[last..].ToLowerInvariant();
    }

    private void ReadFile(string path, int depth, bool mayBeMissing)
    {
        if (_failed)
        {
            return;
        }

        if (depth > MaxDepth || ++_files > MaxFiles)
        {
            Fail(path, "too many includes in the git configuration");
            return;
        }

        var content = BoundedFile.Read(path, MaxBytes);
        if (content.IsComplete)
        {
            Parse(content.Bytes, path, depth);
        }
        else if (content.Status != FileReadStatus.Missing || !mayBeMissing)
        {
            Fail(path, $"the git configuration is {content.Reason}");
        }
    }

    private void Parse(ReadOnlySpan<byte> bytes, string path, int depth)
    {
        var parser = new GitConfigParser(bytes);
        while (parser.Read())
        {
            _characters += parser.Key.Length + (parser.Value?.Length ?? 0);
            if (_characters > MaxCharacters)
            {
                Fail(path, "the git configuration is too large");
                return;
            }

            _entries.Add(new GitConfigEntry(parser.Key, parser.Value));
            if (parser.Key.StartsWith("include", StringComparison.Ordinal))
            {
                Include(parser.Key, parser.Value, path, depth);
            }

            if (_failed)
            {
                return;
            }
        }

        if (parser.IsInvalid)
        {
            Fail(path, $"line {parser.Line} of the git configuration is invalid");
        }
    }

    private void Include(string key, string? value, string from, int depth)
    {
        const string conditional = "includeif.";
        const string variable = ".path";
        var isWanted = key == "include.path"
            || (key.StartsWith(conditional, StringComparison.Ordinal)
                && key.EndsWith(variable, StringComparison.Ordinal)
                && key.Length > conditional.Length + variable.Length
                && IsTrue(key[conditional.Length..^variable.Length], from));
        if (!isWanted)
        {
            return;
        }

        if (value is null)
        {
            Fail(from, "an include in the git configuration has no path");
            return;
        }

        var path = Expand(value);
        path = Path.IsPathRooted(path) ? path : Path.Join(Path.GetDirectoryName(from), path);
        ReadFile(path, depth + 1, mayBeMissing: true);
    }

    private bool IsTrue(string condition, string from)
    {
        const string folder = "gitdir:";
        const string folderAnyCase = "gitdir/i:";
        const string branch = "onbranch:";
        if (context is null)
        {
            return false;
        }

        if (condition.StartsWith(folder, StringComparison.Ordinal))
        {
            return IsFolder(condition[folder.Length..], from, ignoreCase: false);
        }

        if (condition.StartsWith(folderAnyCase, StringComparison.Ordinal))
        {
            return IsFolder(condition[folderAnyCase.Length..], from, ignoreCase: true);
        }

        return condition.StartsWith(branch, StringComparison.Ordinal)
            && context.Branch is { } name
            && WildMatch.IsMatch(WithTail(condition[branch.Length..]), name);
    }

    private bool IsFolder(string pattern, string from, bool ignoreCase)
    {
        pattern = Expand(pattern);
        if (pattern.StartsWith("./", StringComparison.Ordinal))
        {
            pattern = Path.GetDirectoryName(RealPath.Of(from)) + pattern[1..];
        }
        else if (!Path.IsPathRooted(pattern))
        {
            pattern = "**/" + pattern;
        }

        pattern = WithTail(pattern);
        return WildMatch.IsMatch(pattern, RealPath.Of(context!.GitDirectory), ignoreCase)
            || WildMatch.IsMatch(pattern, context.GitDirectory, ignoreCase);
    }

    private static string WithTail(string pattern) =>
        pattern.EndsWith('/') ? pattern + "**" : pattern;

    private string Expand(string path) =>
        path == "~" || path.StartsWith("~/", StringComparison.Ordinal) ? systemContext.HomeDirectory + path[1..] : path;

    private void Fail(string path, string message)
    {
        _failed = true;
        problems.Add(new Problem("git-config-invalid", path, message));
    }
}

/// <summary>What the conditions in a configuration ask about.</summary>
/// <param name="GitDirectory">The folder of this work tree.</param>
/// <param name="CommonDirectory">The folder of the repository, the same but in a linked work tree.</param>
/// <param name="Branch">The short name of the branch; <see langword="null"/> on a detached head.</param>
internal sealed record GitConfigContext(string GitDirectory, string CommonDirectory, string? Branch);
