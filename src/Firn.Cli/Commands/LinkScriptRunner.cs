using System.Globalization;
using Firn.Cli.Commands.Solving;
using Firn.Common;
using Firn.Creation.Ingestion;
using Firn.Restore.Planning;

namespace Firn.Cli.Commands;

/// <summary>
/// Runs the post-link script of a conda package in its prefix, with the variables that conda gives it (conda core/link.py
/// <c>run_script</c>; CEP 34).
/// </summary>
internal static class LinkScriptRunner
{
    private const string Shell = "/bin/bash";

    /// <exception cref="FirnException">The script fails, or there is no shell.</exception>
    public static void Run(RestorePlan plan, IngestedPackage package, CancellationToken cancellation)
    {
        var prefix = plan.Request.Prefix;
        var name = package.Package.Name;
        var script = Path.Join(prefix, "bin", $".{name}-post-link.sh");
        if (!File.Exists(script))
        {
            return;
        }

        var build = package.Package.Conda!.Build;
        var number = build[(build.LastIndexOf('_') + 1)..];
        var result = ProgramRun.Run(
            Shell,
            ["-e", script],
            prefix,
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["PREFIX"] = prefix,
                ["ROOT_PREFIX"] = prefix,
                ["CONDA_PREFIX"] = prefix,
                ["PKG_NAME"] = name,
                ["PKG_VERSION"] = package.Package.Version ?? string.Empty,
                ["PKG_BUILDNUM"] = int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? number : "0",
                ["PATH"] = $"{Path.Join(prefix, "bin")}:{Environment.GetEnvironmentVariable("PATH")}",
            },
            cancellation);
        if (result.ExitCode != 0)
        {
            throw new FirnException(
                $"the post-link script of {name} failed: {result.Reason}",
                "nothing is left at the prefix; --link-scripts skip leaves the scripts out");
        }
    }
}
