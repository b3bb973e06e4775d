using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Python.Pip;

/// <summary>
/// The settings of <c>pip install</c>: the variable <c>PIP_NAME</c>, else the last of the configuration files that says
/// it, its section <c>[install]</c> before <c>[global]</c> (pip: configuration.py, cli/parser.py). The files are read once.
/// </summary>
internal sealed class PipSettings(Surroundings surroundings, string? prefix)
{
    private readonly List<IniFile> _files = Read(surroundings, prefix);

    /// <summary>A setting's value; <see langword="null"/> where it is not set or empty.</summary>
    /// <param name="name">With dashes: <c>index-url</c>.</param>
    public string? Value(string name)
    {
        if (surroundings.Variable("PIP_" + name.ToUpperInvariant().Replace('-', '_')) is { } variable)
        {
            return variable;
        }

        string? inGlobal = null;
        string? inInstall = null;
        foreach (var file in _files)
        {
            inGlobal = file.Value("global", name) ?? inGlobal;
            inInstall = file.Value("install", name) ?? inInstall;
        }

        return (inInstall ?? inGlobal)?.Trim() is { Length: > 0 } value ? value : null;
    }

    /// <summary>The words of a setting that takes several; <see langword="null"/> where it is not set.</summary>
    public ImmutableArray<string>? Words(string name) =>
        Value(name) is { } value ? [.. value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)] : null;

    private static List<IniFile> Read(Surroundings surroundings, string? prefix)
    {
        var files = new List<IniFile>();
        foreach (var path in PipConfiguration.Files(surroundings, prefix))
        {
            if (IniFile.Read(path) is { } file)
            {
                files.Add(file);
            }
        }

        return files;
    }
}
