using Firn.Common.Files;
using Firn.Conda.Prefixes;
using Firn.Python.Installation;

namespace Firn.Archives.Planning;

/// <summary>
/// What the prefix is called in the files of an environment: its path, the path with links followed, and, where the
/// environment was moved or copied since, the path in its scripts' first lines.
/// </summary>
internal static class CondaInstalledPrefixes
{
    private const int MaxScripts = 32;

    /// <summary>The names, the likely one first.</summary>
    public static List<string> Find(string prefix, IEnumerable<CondaFileRecord> records)
    {
        var prefixes = new List<string> { prefix };
        Add(prefixes, RealPath.Of(prefix));
        var scripts = 0;
        foreach (var record in records)
        {
            foreach (var entry in record.Entries)
            {
                if (scripts < MaxScripts && IsScript(entry))
                {
                    scripts++;
                    var start = BoundedFile.Read(Path.Join(prefix, entry.Path), ShebangPrefix.MaxStartLength).Bytes;
                    if (ShebangPrefix.Of(start) is { } found && found is not ("/usr" or "/usr/local"))
                    {
                        Add(prefixes, found);
                    }
                }
            }
        }

        return prefixes;
    }

    private static bool IsScript(CondaPathEntry entry) =>
        entry.Path.StartsWith("bin/", StringComparison.Ordinal)
        && (entry.Kind == CondaPathKind.EntryPoint || entry.Placeholder is { IsBinary: false });

    private static void Add(List<string> prefixes, string prefix)
    {
        if (prefix.Length > 1 && !prefixes.Contains(prefix))
        {
            prefixes.Add(prefix);
        }
    }
}
