using System.Collections.Immutable;
using System.Text;
using Firn.Common;
using Firn.Runs.Launching;

namespace Firn.Images.Installations;

/// <summary>The commit that an installation is built from.</summary>
/// <param name="Short">As it stands in tags; <see langword="null"/> outside a repository, and before its first commit.</param>
/// <param name="Full">The whole one.</param>
/// <param name="Changed">Files of the installation that are not in it, relative to the repository.</param>
internal sealed record InstallationCommit(string? Short, string? Full, ImmutableArray<string> Changed)
{
    private const int MaxOutput = 16 * 1024 * 1024;

    /// <summary>
    /// Asks git, whose rules say what counts as a change. What is not built from changes no image: the README, template.sh
    /// and what git ignores.
    /// </summary>
    public static InstallationCommit Read(Installation installation, SystemContext systemContext)
    {
        var full = Git(installation.Folder, systemContext, "rev-parse", "--verify", "--quiet", "HEAD");
        if (full is null)
        {
            return new InstallationCommit(null, null, []);
        }

        var status = Git(installation.Folder, systemContext, "status", "--porcelain", "-z", "--untracked-files=all", "--", ".");
        return new InstallationCommit(
            Git(installation.Folder, systemContext, "rev-parse", "--short", "HEAD")?.Trim(), full.Trim(), Files(status ?? string.Empty));
    }

    /// <summary>The remote of the repository, without credentials.</summary>
    public static string? Remote(Installation installation, SystemContext systemContext) =>
        Firn.Git.GitRepository.Find(installation.Folder, systemContext)?.Remote;

    /// <summary>A commit as it stands in tags; cut where the repository does not know it.</summary>
    public static string Shortened(Installation installation, string commit, SystemContext systemContext) =>
        !commit.All(char.IsAsciiHexDigitLower) ? "unknown"
        : Git(installation.Folder, systemContext, "rev-parse", "--short", commit)?.Trim() ?? commit[..Math.Min(7, commit.Length)];

    private static ImmutableArray<string> Files(string status)
    {
        var files = ImmutableArray.CreateBuilder<string>();
        var entries = status.Split('\0', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < entries.Length; i++)
        {
            if (entries[i].Length < 4)
            {
                continue;
            }

            var file = entries[i][3..];
            if (!Path.GetFileName(file).StartsWith("README", StringComparison.Ordinal) && Path.GetFileName(file) != "template.sh")
            {
                files.Add(file);
            }

            // A renamed file is followed by its old name.
            i += entries[i][0] is 'R' or 'C' ? 1 : 0;
        }

        return files.ToImmutable();
    }

    /// <summary>What git prints; <see langword="null"/> where it fails, and where there is none.</summary>
    private static string? Git(string folder, SystemContext systemContext, params string[] arguments)
    {
        try
        {
            var output = new GitProgram(systemContext, new LaunchedProcesses(ownsAll: false)).Run(folder, MaxOutput, arguments);
            return output.Exit.ExitCode == 0 ? Encoding.UTF8.GetString(output.Output) : null;
        }
        catch (FirnException)
        {
            return null;
        }
    }
}
