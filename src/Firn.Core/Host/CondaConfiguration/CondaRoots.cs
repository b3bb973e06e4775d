using Firn.Common;

namespace Firn.Host.CondaConfiguration;

/// <summary>Where conda itself is installed, as far as an environment and the variables tell.</summary>
internal static class CondaRoots
{
    /// <summary>
    /// The folder over <c>envs</c> that an environment lies in, what conda's shell hook has set, <c>CONDA_ROOT</c>, which
    /// conda asks for its files, and mamba's; each once, absolute, there or not.
    /// </summary>
    /// <param name="prefix">An environment; <see langword="null"/> without one.</param>
    /// <param name="systemContext">The variables.</param>
    public static List<string> Of(string? prefix, SystemContext systemContext)
    {
        var roots = new List<string>();
        if (prefix is not null && Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(prefix)) is { } folder
            && Path.GetFileName(folder) == "envs")
        {
            Add(Path.GetDirectoryName(folder));
        }

        Add(systemContext.Variable("_CONDA_ROOT"));

        // ROOT/bin/conda, or ROOT\Scripts\conda.exe.
        Add(Path.GetDirectoryName(Path.GetDirectoryName(systemContext.Variable("CONDA_EXE"))));
        Add(systemContext.Variable("CONDA_ROOT"));
        Add(systemContext.Variable("MAMBA_ROOT_PREFIX"));
        return roots;

        void Add(string? root)
        {
            if (root is { Length: > 0 } && Path.IsPathFullyQualified(root)
                && Path.TrimEndingDirectorySeparator(root) is var trimmed && !roots.Contains(trimmed))
            {
                roots.Add(trimmed);
            }
        }
    }
}
