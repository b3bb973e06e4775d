using Firn.Common;

namespace Firn.Conda.Channels;

/// <summary>
/// The configuration files, highest priority first (conda base/constants.py SEARCH_PATH from its end; mamba
/// api/configuration.cpp).
/// </summary>
internal static class ChannelSettingsFiles
{
    public static IEnumerable<string> InOrder(string? prefix, Surroundings surroundings)
    {
        foreach (var name in (string[])["CONDARC", "MAMBARC"])
        {
            if (surroundings.Variable(name) is { } file)
            {
                yield return Path.GetFullPath(file, surroundings.CurrentDirectory);
            }
        }

        if (prefix is not null)
        {
            yield return Path.Join(prefix, ".condarc");
        }

        foreach (var folder in Homes(surroundings))
        {
            yield return Path.Join(folder, ".condarc");
            yield return Path.Join(folder, "condarc");
        }

        yield return Path.Join(surroundings.HomeDirectory, ".mambarc");
        foreach (var root in Roots(prefix, surroundings))
        {
            yield return Path.Join(root, ".condarc");
            yield return Path.Join(root, "condarc");
            yield return Path.Join(root, ".mambarc");
        }

        foreach (var folder in (string[])["/var/lib/conda", "/etc/conda"])
        {
            yield return surroundings.SystemPath(folder + "/.condarc");
            yield return surroundings.SystemPath(folder + "/condarc");
        }
    }

    private static IEnumerable<string> Homes(Surroundings surroundings)
    {
        yield return surroundings.HomeDirectory;
        yield return Path.Join(surroundings.HomeDirectory, ".conda");
        yield return Path.Join(surroundings.HomeDirectory, ".config/conda");
        if (surroundings.Variable("XDG_CONFIG_HOME") is { } folder && Path.IsPathFullyQualified(folder))
        {
            yield return Path.Join(folder, "conda");
        }
    }

    private static IEnumerable<string> Roots(string? prefix, Surroundings surroundings)
    {
        foreach (var name in (string[])["CONDA_ROOT", "MAMBA_ROOT_PREFIX"])
        {
            if (surroundings.Variable(name) is { } root && Path.IsPathFullyQualified(root))
            {
                yield return root;
            }
        }

        // bin/conda of the root environment.
        if (surroundings.Variable("CONDA_EXE") is { } conda && Path.IsPathFullyQualified(conda)
            && Path.GetDirectoryName(Path.GetDirectoryName(conda)) is { Length: > 0 } own)
        {
            yield return own;
        }

        if (prefix is not null && Path.GetDirectoryName(prefix) is { } parent && Path.GetFileName(parent) == "envs"
            && Path.GetDirectoryName(parent) is { Length: > 0 } above)
        {
            yield return above;
        }
    }
}
