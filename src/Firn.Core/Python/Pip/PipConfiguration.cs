using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Python.Pip;

/// <summary>
/// The one setting of pip's configuration that <c>pip freeze</c> prints: <c>find-links</c> (pip: configuration.py,
/// cli/parser.py). Later sources count: the machine's files, the user's, the environment's, then the variable; and the
/// section <c>[freeze]</c> before <c>[global]</c>.
/// </summary>
internal static class PipConfiguration
{
    /// <summary>The links of <c>PIP_FIND_LINKS</c> and <c>pip.conf</c>, in order.</summary>
    public static ImmutableArray<string> FindLinks(Surroundings surroundings, string prefix)
    {
        if (surroundings.Variable("PIP_FIND_LINKS") is { } variable)
        {
            return Split(variable);
        }

        string? inGlobal = null;
        string? inFreeze = null;
        foreach (var file in Files(surroundings, prefix))
        {
            if (IniFile.Read(file) is { } ini)
            {
                inGlobal = ini.Value("global", "find-links") ?? inGlobal;
                inFreeze = ini.Value("freeze", "find-links") ?? inFreeze;
            }
        }

        return Split(inFreeze ?? inGlobal ?? string.Empty);
    }

    /// <summary>The configuration files, those that count more behind (pip: configuration.py iter_config_files).</summary>
    /// <param name="surroundings">The process.</param>
    /// <param name="prefix">The environment; <see langword="null"/> for none.</param>
    public static List<string> Files(Surroundings surroundings, string? prefix)
    {
        var files = new List<string>();
        var chosen = surroundings.Variable("PIP_CONFIG_FILE");
        if (chosen == "/dev/null")
        {
            return files;
        }

        var shared = surroundings.Variable("XDG_CONFIG_DIRS") ?? "/etc/xdg";
        foreach (var folder in shared.Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            files.Add(surroundings.SystemPath(Path.Join(folder, "pip", "pip.conf")));
        }

        files.Add(surroundings.SystemPath("/etc/pip.conf"));
        files.Add(Path.Join(surroundings.HomeDirectory, ".pip", "pip.conf"));
        var own = surroundings.Variable("XDG_CONFIG_HOME") ?? Path.Join(surroundings.HomeDirectory, ".config");
        files.Add(Path.Join(own, "pip", "pip.conf"));
        if (prefix is not null)
        {
            files.Add(Path.Join(prefix, "pip.conf"));
        }

        if (chosen is not null)
        {
            files.Add(chosen);
        }

        return files;
    }

    private static ImmutableArray<string> Split(string value) =>
        [.. value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)];
}
