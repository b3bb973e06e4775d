using System.Collections.Immutable;
using System.Text;
using Firn.Archives.Documents;

namespace Firn.Restore.Planning;

/// <summary>Decides where the trees of an archive go (docs/decisions/0013-restored-layout.md).</summary>
internal sealed class RestoredLayout(ArchiveDocument document, string prefix, BasePython? basePython)
{
    /// <summary>The trees, the environment first; the base only where it is restored.</summary>
    public ImmutableArray<RestoredTree> Create()
    {
        var targets = ImmutableArray.CreateBuilder<RestoredTree>(2);
        var tree = document.Environment;
        targets.Add(new RestoredTree
        {
            Tree = tree,
            Root = string.Empty,
            Prefix = prefix,
            IsWholePython = tree.Kind is ArchivedTreeKind.Plain or ArchivedTreeKind.Conda,
            Tokens = new TokenReplacer(prefix, basePython?.Prefix ?? prefix, BaseExecutable(tree), Projects(tree)),
        });
        if (document.Base is { } archived && basePython is { IsArchived: true })
        {
            targets.Add(new RestoredTree
            {
                Tree = archived,
                Root = RestoredFolder.Python,
                Prefix = basePython.Prefix,
                IsWholePython = true,
                Tokens = new TokenReplacer(basePython.Prefix, basePython.Prefix, null, []),
            });
        }

        return targets.ToImmutable();
    }

    /// <summary>The target for the interpreter of a tree that is restored as a virtual environment.</summary>
    public static RestoredTree InterpreterOf(RestoredTree environment)
    {
        var folder = Path.Join(environment.Prefix, RestoredFolder.Python);
        return environment with
        {
            Root = RestoredFolder.Python,
            Prefix = folder,
            IsWholePython = true,
            Tokens = new TokenReplacer(folder, folder, null, []),
        };
    }

    private KeyValuePair<string, string>? BaseExecutable(ArchivedTree tree)
    {
        if (basePython is null || tree.BaseExecutable is not { } former
            || Path.Join(basePython.Prefix, former) == basePython.Executable)
        {
            return null;
        }

        return new($"{ArchiveTokens.Base}/{former}", basePython.Executable);
    }

    private List<KeyValuePair<string, string>> Projects(ArchivedTree tree)
    {
        var projects = new List<KeyValuePair<string, string>>();
        foreach (var package in tree.Packages)
        {
            if (package.Kind == ArchivedPackageKind.Project)
            {
                projects.Add(new(package.Name, Path.Join(prefix, package.Root, package.Subfolder).TrimEnd('/')));
            }
        }

        return projects;
    }
}

/// <summary>Where one tree of an archive goes.</summary>
internal sealed record RestoredTree
{
    public required ArchivedTree Tree { get; init; }

    /// <summary>Its folder relative to the restored prefix; empty where it is the prefix itself.</summary>
    public required string Root { get; init; }

    /// <summary>Its prefix as its files name it: the final one, absolute.</summary>
    public required string Prefix { get; init; }

    /// <summary>Whether headers go to <c>include/pythonX.Y</c>, as in a whole Python, and not to <c>include/site</c>.</summary>
    public required bool IsWholePython { get; init; }

    /// <summary>What the tokens in its texts stand for.</summary>
    public required TokenReplacer Tokens { get; init; }

    /// <summary>A path of the tree, relative to the restored prefix.</summary>
    public string Below(string path) => Root.Length == 0 ? path : $"{Root}/{path}";
}

/// <summary>Puts folders of the restored environment in the place of an archive's tokens.</summary>
internal sealed class TokenReplacer
{
    private readonly List<Replacement> _folders;
    private readonly KeyValuePair<string, string>? _baseExecutable;

    /// <param name="prefix">The tree's prefix.</param>
    /// <param name="basePrefix">The prefix of the interpreter under it; its own, where it is not a virtual environment.</param>
    /// <param name="baseExecutable">The token of the base's interpreter and the file it stands for, where that lies elsewhere.</param>
    /// <param name="projects">The folders of editable projects by canonical name.</param>
    public TokenReplacer(
        string prefix,
        string basePrefix,
        KeyValuePair<string, string>? baseExecutable,
        IEnumerable<KeyValuePair<string, string>> projects)
    {
        _folders = [new Replacement(ArchiveTokens.Base, basePrefix), new Replacement(ArchiveTokens.Prefix, prefix)];
        foreach (var (name, folder) in projects)
        {
            _folders.Add(new Replacement(ArchiveTokens.Project(name), folder));
        }

        _baseExecutable = baseExecutable;
    }

    /// <summary>The text with folders for tokens; in a <c>file://</c> URL they are escaped.</summary>
    public string Fill(string text)
    {
        if (!text.Contains("/@firn-", StringComparison.Ordinal))
        {
            return text;
        }

        if (_baseExecutable is { } executable)
        {
            text = ReplaceWhole(text, executable.Key, executable.Value);
        }

        foreach (var (token, folder) in _folders)
        {
            text = text.Replace("file://" + token, "file://" + Escaped(folder), StringComparison.Ordinal)
                .Replace(token, folder, StringComparison.Ordinal);
        }

        return text;
    }

    /// <summary>The bytes of the text with folders for tokens.</summary>
    public byte[] FillBytes(string text) => Encoding.UTF8.GetBytes(Fill(text));

    /// <summary>Replaces a file's path, but not the start of a longer name.</summary>
    private static string ReplaceWhole(string text, string path, string replacement)
    {
        var filled = new StringBuilder();
        var from = 0;
        while (text.IndexOf(path, from, StringComparison.Ordinal) is var at and >= 0)
        {
            var end = at + path.Length;
            var isWhole = end == text.Length || !(char.IsAsciiLetterOrDigit(text[end]) || text[end] is '.' or '-' or '_');
            filled.Append(text, from, at - from).Append(isWhole ? replacement : path);
            from = end;
        }

        return filled.Append(text, from, text.Length - from).ToString();
    }

    private static string Escaped(string folder)
    {
        var parts = folder.Split('/');
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = Uri.EscapeDataString(parts[i]);
        }

        return string.Join('/', parts);
    }

    /// <summary>A token and the folder that it stands for.</summary>
    private sealed record Replacement(string Token, string Folder);
}

/// <summary>The folder of a restored prefix that is Firn's own.</summary>
internal static class RestoredFolder
{
    public const string Name = ".firn";

    /// <summary>The interpreter under a restored virtual environment.</summary>
    public const string Python = ".firn/python";
}
