using System.Diagnostics;

namespace Firn.Tests.Python.Candidates;

/// <summary>The Pythons of this machine whose pip has the packaging that tests compare with.</summary>
internal static class Pythons
{
    private const string Root = "/root/.pyenv/versions";

    /// <summary>The executables, the oldest first; skips the test where there is none.</summary>
    public static IReadOnlyList<string> WithPackaging()
    {
        var found = Directory.Exists(Root)
            ? Directory.GetDirectories(Root).Select(folder => Path.Join(folder, "bin", "python")).Where(HasTags).OrderBy(MinorOf).ToList()
            : [];
        if (found.Count == 0)
        {
            Part.Require(Path.Join(Root, "3.11", "bin", "python"));
        }

        return found;
    }

    private static bool HasTags(string python)
    {
        if (!File.Exists(python))
        {
            return false;
        }

        var start = new ProcessStartInfo(python, ["-c", "import pip._vendor.packaging.tags"]) { RedirectStandardError = true };
        using var process = Process.Start(start)!;
        _ = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private static int MinorOf(string python) =>
        int.TryParse(Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(python)))!.Split('.')[1], out var minor) ? minor : 0;
}
