using Firn.Common;

namespace Firn.Python.Environments;

/// <summary>
/// Finds what a shim of pyenv would start, as pyenv's <c>pyenv-which</c>, <c>pyenv-version-name</c>,
/// <c>pyenv-version-file</c> and <c>pyenv-version-file-read</c> do (2.4).
/// </summary>
internal sealed class PyenvShim(string path, Surroundings surroundings)
{
    private const int VersionFileLimit = 64 * 1024;
    private const int MostLevels = 256;
    private readonly string _shims = Path.GetDirectoryName(path) ?? path;
    private readonly string _root = Path.GetDirectoryName(Path.GetDirectoryName(path)) ?? path;
    private readonly string _command = Path.GetFileName(path);

    /// <summary>Whether a script is a shim: it lies in <c>shims</c> and starts <c>pyenv exec</c>.</summary>
    public static bool Is(string path, ReadOnlySpan<byte> head) =>
        Path.GetFileName(Path.GetDirectoryName(path)) == "shims"
        && head.IndexOf("pyenv\" exec "u8) >= 0;

    /// <summary>The executable, and the version's name or <c>system</c>.</summary>
    /// <exception cref="FirnException">No version in force has that command.</exception>
    public (string Executable, string Version) Resolve()
    {
        var selection = Selection(out var origin);
        foreach (var version in selection)
        {
            if (version != "system" && PyenvVersions.Find(_root, version) is { } name)
            {
                var executable = Path.Join(_root, "versions", name, "bin", _command);
                if (FileCheck.IsExecutable(executable))
                {
                    return (executable, name);
                }
            }
            else if (version == "system" && OnSystem() is { } system)
            {
                return (system, "system");
            }
        }

        // pyenv looks at the system last even where nobody named it.
        if (OnSystem() is { } last)
        {
            return (last, "system");
        }

        throw new FirnException(
            $"{path} is a pyenv shim, and none of the versions in force has {_command}: "
                + $"{string.Join(", ", selection)} (set by {origin})",
            "install that version with pyenv, or name the environment's folder");
    }

    private string? OnSystem() => ExecutableFile.OnPath(_command, surroundings, _shims);

    private List<string> Selection(out string origin)
    {
        if (surroundings.Variable("PYENV_VERSION") is { } value)
        {
            origin = "PYENV_VERSION";
            return [.. value.Split(':', StringSplitOptions.RemoveEmptyEntries)];
        }

        origin = VersionFile();
        var versions = ReadVersionFile(origin);
        return versions.Count == 0 ? ["system"] : versions;
    }

    private string VersionFile()
    {
        foreach (var start in (string?[])[surroundings.Variable("PYENV_DIR"), surroundings.CurrentDirectory])
        {
            var folder = start;
            for (var level = 0; folder is not null && level < MostLevels; level++)
            {
                var file = Path.Join(folder, ".python-version");
                if (FileCheck.IsFile(file))
                {
                    return file;
                }

                folder = Path.GetDirectoryName(folder);
            }
        }

        return Path.Join(_root, "version");
    }

    /// <summary>The first word of each line, comments left out.</summary>
    private static List<string> ReadVersionFile(string file)
    {
        var versions = new List<string>();
        var text = BoundedFile.ReadText(file, VersionFileLimit) ?? string.Empty;
        foreach (var line in new TextLines(text))
        {
            var word = line.Trim();
            var end = word.IndexOfAny(' ', '\t');
            word = end < 0 ? word : word[..end];
            if (word.Length > 0 && word[0] != '#')
            {
                // One line may hold several, as PYENV_VERSION does.
                versions.AddRange(word.ToString().Split(':', StringSplitOptions.RemoveEmptyEntries));
            }
        }

        return versions;
    }
}
