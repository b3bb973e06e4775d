using System.Diagnostics;
using System.Text.Json;

namespace Firn.Tests.Python.Environments;

/// <summary>The Pythons of this machine, which tell the truth that Firn must find without them.</summary>
internal static class RealPython
{
    private const string Question =
        "import sys, json, platform, site, sysconfig; "
        + "base = getattr(sys, 'base_prefix', sys.prefix); "
        + "print(json.dumps([platform.python_version(), sys.prefix, base, sys.path[1:], "
        + "site.getusersitepackages(), sysconfig.get_path('purelib')]))";

    public static string PyenvVersions => Path.Join(
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".pyenv", "versions");

    /// <summary>The interpreters of pyenv and of the system.</summary>
    public static List<string> All()
    {
        var found = new List<string>();
        if (Directory.Exists(PyenvVersions))
        {
            foreach (var version in Directory.GetDirectories(PyenvVersions).Order(StringComparer.Ordinal))
            {
                var python = Path.Join(version, "bin", "python");
                if (File.Exists(python))
                {
                    found.Add(python);
                }
            }
        }

        if (File.Exists("/usr/bin/python3"))
        {
            found.Add("/usr/bin/python3");
        }

        return found;
    }

    /// <summary>The Pythons, or the test is skipped; it fails instead where the parts are required.</summary>
    public static List<string> Require(string kind = "")
    {
        var found = All().FindAll(python => kind switch
        {
            "pyenv" => python.Contains(".pyenv", StringComparison.Ordinal),
            "system" => python.StartsWith("/usr/", StringComparison.Ordinal),
            "python3" => !python.Contains("/2.7", StringComparison.Ordinal),
            _ => true,
        });
        if (found.Count == 0 && Environment.GetEnvironmentVariable("FIRN_REQUIRE_PARTS") == "1")
        {
            Assert.Fail("part missing: pyenv");
        }

        Skip.If(found.Count == 0, "part missing: pyenv");
        return found;
    }

    public static Truth Ask(string python, IReadOnlyDictionary<string, string> variables, string folder)
    {
        var output = Run(python, ["-c", Question], variables, folder);
        using var json = JsonDocument.Parse(output);
        var root = json.RootElement;
        var path = new List<string>();
        foreach (var entry in root[3].EnumerateArray())
        {
            path.Add(entry.GetString()!);
        }

        return new Truth(
            root[0].GetString()!, root[1].GetString()!, root[2].GetString()!, path, root[4].GetString()!, root[5].GetString()!);
    }

    public static string Run(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> variables, string folder)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        start.Environment.Clear();
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program}: {error.Result}");
        return output;
    }

    internal sealed record Truth(
        string Version, string Prefix, string BasePrefix, List<string> Path, string UserSite, string PureLibrary);
}
