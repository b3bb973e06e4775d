using Firn.Analyses.Launching;
using Firn.Common;

namespace Firn.Analyses.Running;

/// <summary>Runs git, for the two things that Firn does not do itself: patches and work trees.</summary>
internal sealed class GitProgram(Surroundings surroundings, LaunchedProcesses processes)
{
    private static readonly string[] Misleading =
        ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_EXTERNAL_DIFF", "GIT_DIFF_OPTS", "GIT_PAGER", "GIT_CONFIG_COUNT"];

    /// <summary>Runs git in a folder.</summary>
    /// <exception cref="FirnException">There is no git.</exception>
    public ProgramOutput Run(string folder, int limit, params IReadOnlyList<string> arguments)
    {
        var variables = new Dictionary<string, string>(surroundings.Variables, StringComparer.Ordinal)
        {
            ["LC_ALL"] = "C",
            ["GIT_OPTIONAL_LOCKS"] = "0",
            ["GIT_TERMINAL_PROMPT"] = "0",
        };
        foreach (var name in Misleading)
        {
            variables.Remove(name);
        }

        return ProgramOutput.Of(["git", .. arguments], folder, variables, limit, processes);
    }
}
