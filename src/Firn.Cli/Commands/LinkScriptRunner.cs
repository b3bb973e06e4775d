using System.Globalization;
using System.Text;
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
    private const string Messages = ".messages.txt";
    private const int MostMessages = 16 * 1024;

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
            new Dictionary<string, string?>(StringComparer.Ordinal)
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

    /// <summary>What scripts wanted to have said, which conda says and removes (conda core/link.py <c>messages</c>; CEP 32).</summary>
    public static Problem? TakeMessages(RestorePlan plan)
    {
        var path = Path.Join(plan.Request.Prefix, Messages);
        var text = BoundedFile.Read(path, MostMessages);
        if (text.Status is not (FileReadStatus.Read or FileReadStatus.TooLarge))
        {
            return null;
        }

        File.Delete(path);
        var said = string.Join(' ', Encoding.UTF8.GetString(text.Bytes).Split((char[])['\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        return said.Length == 0 ? null : new Problem("link-script-message", null, $"the link scripts say: {Credentials.RemoveFromText(said)}");
    }
}
