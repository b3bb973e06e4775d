using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Python.Pip;

/// <summary>
/// The settings of a pip command: the variable <c>PIP_NAME</c>, else the last of the configuration files that says it,
/// the command's own section before <c>[global]</c>; what is empty counts as not set (pip: configuration.py,
/// cli/parser.py). The files are read once.
/// </summary>
/// <param name="systemContext">The process.</param>
/// <param name="prefix">The environment; <see langword="null"/> for none.</param>
/// <param name="command">The command.</param>
internal sealed class PipSettings(SystemContext systemContext, string? prefix, string command = "install")
{
    private readonly List<IniFile> _files = Read(systemContext, prefix);

    /// <summary>A setting's value; <see langword="null"/> where it is not set or empty.</summary>
    /// <param name="name">With dashes: <c>index-url</c>.</param>
    public string? Value(string name) => Places(name).LastOrDefault(static value => value is not null);

    /// <summary>What <c>[global]</c>, the command's section and the variable say: options such as <c>no-binary</c> add them up.</summary>
    public ImmutableArray<string?> Places(string name)
    {
        var variable = systemContext.Variable("PIP_" + name.ToUpperInvariant().Replace('-', '_'));
        string? inGlobal = null;
        string? inCommand = null;
        foreach (var file in _files)
        {
            inGlobal = file.Value("global", name) ?? inGlobal;
            inCommand = file.Value(command, name) ?? inCommand;
        }

        return [NotEmpty(inGlobal), NotEmpty(inCommand), variable];
    }

    /// <summary>The words of a setting that takes several; <see langword="null"/> where it is not set.</summary>
    public ImmutableArray<string>? Words(string name) =>
        Value(name) is { } value ? [.. value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)] : null;

    private static string? NotEmpty(string? value) => value?.Trim() is { Length: > 0 } said ? said : null;

    private static List<IniFile> Read(SystemContext systemContext, string? prefix)
    {
        var files = new List<IniFile>();
        foreach (var path in Paths(systemContext, prefix))
        {
            if (IniFile.Read(path) is { } file)
            {
                files.Add(file);
            }
        }

        return files;
    }

    /// <summary>
    /// The machine's files, the user's, the environment's, and the one of <c>PIP_CONFIG_FILE</c>: those that count more
    /// behind. Where that last one is there, the user's are not read (pip: configuration.py iter_config_files).
    /// </summary>
    private static List<string> Paths(SystemContext systemContext, string? prefix)
    {
        var files = new List<string>();
        var chosen = systemContext.Variable("PIP_CONFIG_FILE");
        if (chosen == "/dev/null")
        {
            return files;
        }

        var shared = systemContext.Variable("XDG_CONFIG_DIRS") ?? "/etc/xdg";
        foreach (var folder in shared.Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            files.Add(systemContext.SystemPath(Path.Join(folder, "pip", "pip.conf")));
        }

        files.Add(systemContext.SystemPath("/etc/pip.conf"));
        chosen = chosen is null ? null : Path.GetFullPath(chosen, systemContext.CurrentDirectory);
        if (chosen is null || !Path.Exists(chosen))
        {
            files.Add(Path.Join(systemContext.HomeDirectory, ".pip", "pip.conf"));
            var own = systemContext.Variable("XDG_CONFIG_HOME") ?? Path.Join(systemContext.HomeDirectory, ".config");
            files.Add(Path.Join(own, "pip", "pip.conf"));
        }

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
}

/// <summary>Truth values in variables (pip: utils/misc.py strtobool).</summary>
internal static class PythonBoolean
{
    /// <summary>The value; <see langword="null"/> where it is none.</summary>
    public static bool? Parse(string? text) => text?.ToUpperInvariant() switch
    {
        "Y" or "YES" or "T" or "TRUE" or "ON" or "1" => true,
        "N" or "NO" or "F" or "FALSE" or "OFF" or "0" => false,
        _ => null,
    };
}
