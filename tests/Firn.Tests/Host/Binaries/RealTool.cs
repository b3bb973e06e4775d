using System.Diagnostics;

namespace Firn.Tests.Host.Binaries;

/// <summary>Runs a program of the machine as the truth to compare with; without it the test is skipped, or fails where parts are required.</summary>
internal static class RealTool
{
    public static string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["LC_ALL"] = "C" },
        };
        try
        {
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            _ = errors.Result;
            return output;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Missing($"{program} is not installed");
            return string.Empty;
        }
    }

    public static void Missing(string reason)
    {
        Assert.False(Environment.GetEnvironmentVariable("FIRN_REQUIRE_PARTS") == "1", reason);
        Skip.If(true, reason);
    }

    /// <summary>ELF files of this machine's Pythons: extension modules with everything that is beside them.</summary>
    public static List<string> ExtensionModules()
    {
        var files = new List<string>();
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        foreach (var folder in new[] { $"{home}/.pyenv/versions/3.11.7/lib/python3.11", "/usr/lib/python3/dist-packages", "/usr/lib/python3.11/lib-dynload" })
        {
            if (Directory.Exists(folder))
            {
                var all = Directory.EnumerateFiles(folder, "*.so*", SearchOption.AllDirectories);
                files.AddRange(all.Where(file => Firn.Host.Binaries.NativeCandidate.IsNamed(file)));
            }
        }

        if (files.Count == 0)
        {
            Missing("no Python with extension modules");
        }

        return files;
    }
}
