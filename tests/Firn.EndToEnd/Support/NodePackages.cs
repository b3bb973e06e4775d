namespace Firn.EndToEnd.Support;

/// <summary>Packages of npm, of exact versions, in a folder of their own.</summary>
internal static class NodePackages
{
    /// <summary>Installs packages, or the test is skipped.</summary>
    public static void Install(TemporaryFolder folder, params IEnumerable<string> packages)
    {
        Part.Program("node");
        var runner = new ProcessRunner { WorkingDirectory = folder.Root, Timeout = TimeSpan.FromMinutes(5) };
        var result = runner.Run(
            Part.Program("npm"),
            ["install", "--no-audit", "--no-fund", "--silent", "--ignore-scripts", "--omit=optional", .. packages]);
        Part.MustBePresent(result.ExitCode == 0, $"npm installs nothing here: {result.StandardError}");
    }
}
