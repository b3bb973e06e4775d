using Firn.Common;
using Firn.Python.Pip;

namespace Firn.Tests.Python.Pip;

/// <summary>What a real pip printed for a site: see fixtures/pip-freeze/README.md.</summary>
internal sealed class PipGolden
{
    private const string Separator = " => ";
    private readonly PipFreezeSites _sites;
    private readonly string _site;
    private readonly string _pip;
    private readonly string[] _python;
    private readonly string[] _lines;

    public PipGolden(PipFreezeSites sites, string name)
    {
        _sites = sites;
        var parts = name.Split('_');
        (_site, _pip, _python) = (parts[0], parts[1], parts[2].Split('.'));
        _lines = File.ReadAllLines(Path.Join(Folder, name));
        sites.Build(_site);
    }

    public static string Folder => Path.Join(AppContext.BaseDirectory, "fixtures", "pip-freeze", "golden");

    /// <summary>All differences between the file and what is printed now.</summary>
    public List<string> Differences()
    {
        var differences = new List<string>();
        foreach (var line in _lines)
        {
            var at = line.IndexOf(Separator, StringComparison.Ordinal);
            var (entry, expected) = (line[..at], line[(at + Separator.Length)..]);
            var printed = Print(entry);
            if (printed != expected)
            {
                var common = expected.AsSpan().CommonPrefixLength(printed);
                differences.Add($"{entry}\n  pip:  {Around(expected, common)}\n  firn: {Around(printed, common)}");
            }
        }

        return differences;
    }

    private static string Around(string text, int at) => text[Math.Max(0, at - 30)..Math.Min(text.Length, at + 100)];

    private string Print(string entry)
    {
        var isWhole = entry.StartsWith("--path", StringComparison.Ordinal) || entry.StartsWith("sys.path", StringComparison.Ordinal);
        var folder = isWhole ? _sites.Folder(_site + "-whole") : Path.Join(_sites.Folder(_site + "-entries"), entry);
        var hasPathOption = new Version(_pip) >= new Version(19, 2) && !entry.StartsWith("sys.path", StringComparison.Ordinal);
        var options = new PipFreezeOptions
        {
            SearchPath = hasPathOption ? [] : [folder],
            Paths = hasPathOption ? [folder] : null,
            All = !isWhole || entry.EndsWith("--all", StringComparison.Ordinal),
            PipVersion = _pip,
            Major = int.Parse(_python[0]),
            Minor = int.Parse(_python[1]),
            SystemContext = new SystemContext
            {
                Variables = new Dictionary<string, string> { ["GIT_CONFIG_NOSYSTEM"] = "1" },
                HomeDirectory = "/nonexistent",
                CurrentDirectory = "/",
            },
        };
        return WithoutPaths(PipFreeze.Run(options, []).Text);
    }

    private string WithoutPaths(string text)
    {
        text = text.Replace(_sites.Folder(_site + "-fx"), "@FX@").Replace('\n', '~');
        var clean = new System.Text.StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (IsCommit(text, i))
            {
                clean.Append("@SHA@");
                i += 39;
            }
            else
            {
                clean.Append(text[i]);
            }
        }

        return clean.ToString();
    }

    /// <summary>A commit of a repository that the fixture made: 40 digits that are not all the same.</summary>
    private static bool IsCommit(string text, int at)
    {
        if (at + 40 > text.Length || text.AsSpan(at, 40).IndexOfAnyExcept(text[at]) < 0)
        {
            return false;
        }

        for (var i = at; i < at + 40; i++)
        {
            if (!char.IsAsciiHexDigitLower(text[i]))
            {
                return false;
            }
        }

        return true;
    }
}
