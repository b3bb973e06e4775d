using Firn.Common;
using Firn.Common.Files;

namespace Firn.Python.Interpreters;

/// <summary>
/// A <c>pyvenv.cfg</c>, read as CPython's getpath.py and site.py do: one key a line, split at the first <c>=</c>, keys
/// in any case, everything else ignored.
/// </summary>
internal sealed record PyvenvConfiguration
{
    public const string FileName = "pyvenv.cfg";
    private const int Limit = 1024 * 1024;

    /// <summary>The folder of the interpreter under it; getpath.py takes the first one.</summary>
    public string? Home { get; init; }

    /// <summary>site.py: included unless the last line about it says anything but <c>true</c>.</summary>
    public bool IncludesSystemSitePackages { get; init; } = true;

    /// <summary><c>version_info</c> (virtualenv, uv) or <c>version</c> (venv).</summary>
    public string? Version { get; init; }

    /// <summary>The version of uv that made it.</summary>
    public string? UvVersion { get; init; }

    /// <summary>The version of virtualenv that made it.</summary>
    public string? VirtualenvVersion { get; init; }

    /// <summary>virtualenv's <c>base-prefix</c>.</summary>
    public string? BasePrefix { get; init; }

    /// <summary><c>base-executable</c> (virtualenv) or <c>executable</c> (venv since 3.11).</summary>
    public string? BaseExecutable { get; init; }

    /// <summary><c>implementation</c>: <c>CPython</c>, <c>PyPy</c>.</summary>
    public string? Implementation { get; init; }

    /// <summary>Reads the file; <see langword="null"/> where there is none.</summary>
    public static PyvenvConfiguration? Read(string path, List<Problem> problems)
    {
        if (!FileCheck.IsFile(path))
        {
            return null;
        }

        var content = BoundedFile.Read(path, Limit);
        if (!content.IsComplete)
        {
            problems.Add(new Problem("pyvenv-unreadable", path, $"cannot read pyvenv.cfg: {content.Reason}"));
        }

        return Parse(System.Text.Encoding.UTF8.GetString(content.Bytes));
    }

    public static PyvenvConfiguration Parse(string text)
    {
        var result = new PyvenvConfiguration();
        string? version = null;
        string? executable = null;
        foreach (var line in new TextLines(text))
        {
            var equals = line.IndexOf('=');
            // A NUL is part of no path and of no version; .NET throws for such a path.
            if (equals < 0 || line.Contains('\0'))
            {
                continue;
            }

            var value = line[(equals + 1)..].Trim().ToString();
            switch (line[..equals].Trim().ToString().ToLowerInvariant())
            {
                case "home":
                    result = result.Home is null ? result with { Home = value } : result;
                    break;
                case "include-system-site-packages":
                    result = result with
                    {
                        IncludesSystemSitePackages = value.Equals("true", StringComparison.OrdinalIgnoreCase),
                    };
                    break;
                case "version":
                    version = value;
                    break;
                case "version_info":
                    result = result with { Version = value };
                    break;
                case "uv":
                    result = result with { UvVersion = value };
                    break;
                case "virtualenv":
                    result = result with { VirtualenvVersion = value };
                    break;
                case "base-prefix":
                    result = result with { BasePrefix = value };
                    break;
                case "base-executable":
                    result = result with { BaseExecutable = value };
                    break;
                case "executable":
                    executable = value;
                    break;
                case "implementation":
                    result = result with { Implementation = value };
                    break;
                default:
                    break;
            }
        }

        return result with
        {
            Version = result.Version ?? version,
            BaseExecutable = result.BaseExecutable ?? executable,
        };
    }
}
