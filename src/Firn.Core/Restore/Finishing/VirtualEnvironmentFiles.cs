using System.Text;
using Firn.Captures.Archives;
using Firn.Common;
using Firn.Restore.Planning;

namespace Firn.Restore.Finishing;

/// <summary>What makes a folder a virtual environment (PEP 405).</summary>
internal static class VirtualEnvironmentFiles
{
    public const string Configuration = "pyvenv.cfg";

    /// <summary>
    /// The archived <c>pyvenv.cfg</c> with the version of the Python that is there, and cut off from that one's packages:
    /// those that the environment saw are in its own site-packages.
    /// </summary>
    public static string Adapt(string configuration, ArchivedTree tree, BasePython? basePython)
    {
        var lines = configuration.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var equals = lines[i].IndexOf('=');
            if (equals < 0)
            {
                continue;
            }

            var key = lines[i].AsSpan(0, equals).Trim().ToString().ToLowerInvariant();
            if (key == "include-system-site-packages")
            {
                lines[i] = $"{lines[i][..equals]}= false";
            }
            else if (key is "version" or "version_info" && basePython is not null && tree.PythonVersion.Length > 0)
            {
                lines[i] = lines[i].Replace(tree.PythonVersion, basePython.Version, StringComparison.Ordinal);
            }
            else if (basePython is not null && Place(key, basePython) is { } place
                && !RealPath.IsWithin(lines[i].AsSpan(equals + 1).Trim().ToString(), basePython.Prefix))
            {
                // It named the interpreter by a link elsewhere: /usr/local/bin, or another environment.
                lines[i] = $"{lines[i][..equals]}= {place}";
            }
            else if (basePython is not null && key == "command" && lines[i].IndexOf(" -m ", StringComparison.Ordinal) is var end && end > equals
                && lines[i][(equals + 1)..end].Trim() is ['/', ..] program && !RealPath.IsWithin(program, basePython.Prefix))
            {
                lines[i] = $"{lines[i][..equals]}= {basePython.Executable}{lines[i][end..]}";
            }
        }

        return string.Join('\n', lines);
    }

    /// <summary>What a key of venv's, virtualenv's or uv's <c>pyvenv.cfg</c> says of the interpreter below.</summary>
    private static string? Place(string key, BasePython basePython) => key switch
    {
        "home" => Path.GetDirectoryName(basePython.Executable),
        "executable" or "base-executable" => basePython.Executable,
        "base-prefix" or "base-exec-prefix" => basePython.Prefix,
        _ => null,
    };

    /// <summary>The <c>pyvenv.cfg</c> of an environment that was none before.</summary>
    public static string Compose(BasePython basePython) => new StringBuilder()
        .Append("home = ").Append(Path.GetDirectoryName(basePython.Executable)).Append('\n')
        .Append("include-system-site-packages = false\n")
        .Append("version = ").Append(basePython.Version).Append('\n')
        .Append("executable = ").Append(basePython.Executable).Append('\n')
        .ToString();

    /// <summary>The links of an environment that was none before; a path that is there already keeps what it has.</summary>
    public static IEnumerable<ArchivedLink> Links(TreeTarget target, BasePython basePython)
    {
        var name = target.Tree.PythonFolder;
        yield return new ArchivedLink("bin/" + name, basePython.Executable);
        foreach (var other in new HashSet<string>(["bin/python3", "bin/python", target.Tree.Executable], StringComparer.Ordinal))
        {
            if (other != "bin/" + name && other.StartsWith("bin/", StringComparison.Ordinal))
            {
                yield return new ArchivedLink(other, name);
            }
        }

        yield return new ArchivedLink("lib64", "lib");
    }
}
