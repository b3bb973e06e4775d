using Firn.Common;

namespace Firn.Runs.Launching;

/// <summary>Runs git, for the two things that Firn does not do itself: patches and work trees.</summary>
internal sealed class GitProgram(SystemContext systemContext, LaunchedProcesses processes)
{
    private static readonly string[] Misleading =
        ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_EXTERNAL_DIFF", "GIT_DIFF_OPTS", "GIT_PAGER", "GIT_CONFIG_COUNT"];

    /// <summary>Runs git in a folder.</summary>
    /// <exception cref="FirnException">There is no git.</exception>
    public ProgramOutput Run(string folder, int limit, params IReadOnlyList<string> arguments)
    {
        var variables = new Dictionary<string, string>(systemContext.Variables, StringComparer.Ordinal)
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

/// <summary>Runs a program for what it prints.</summary>
/// <param name="Exit">How it ended.</param>
/// <param name="Output">Its standard output, at most the limit.</param>
/// <param name="Error">The first of its standard error.</param>
/// <param name="IsComplete">Whether it printed no more than the limit.</param>
internal sealed record ProgramOutput(ChildExit Exit, byte[] Output, string Error, bool IsComplete)
{
    private const int MaxErrorBytes = 4096;
    private static readonly TimeSpan RestOfOutput = TimeSpan.FromSeconds(2);

    /// <summary>Runs it to its end.</summary>
    /// <param name="command">The program, a name on PATH, and its arguments.</param>
    /// <param name="folder">Where it runs, absolute.</param>
    /// <param name="variables">All its variables.</param>
    /// <param name="limit">The most bytes that are taken.</param>
    /// <param name="processes">Is told of it.</param>
    /// <exception cref="FirnException">It cannot be started.</exception>
    public static ProgramOutput Of(
        IReadOnlyList<string> command,
        string folder,
        IReadOnlyDictionary<string, string> variables,
        int limit,
        LaunchedProcesses processes)
    {
        var path = ProgramFinder.Find(command[0], folder, variables);
        using var output = PipeEnds.Make();
        using var error = PipeEnds.Make();
        using var taken = new MemoryStream();
        using var message = new MemoryStream();
        var isComplete = true;
        var pump = new OutputPump(null);
        pump.Add(output, content => isComplete = Take(taken, content, limit));
        pump.Add(error, content =>
        {
            Take(message, content, MaxErrorBytes);
            return true;
        });
        var child = processes.TryStart(
            new ChildStart
            {
                Path = path,
                Arguments = command,
                Variables = variables,
                Folder = folder,
                Input = -1,
                Output = output.Writer,
                Error = error.Writer,
                HasOwnGroup = true,
            },
            out var refusal) ?? throw ProgramFinder.Refused(path, refusal);
        output.CloseWriter();
        error.CloseWriter();
        pump.Start();
        var exit = child.Wait();
        processes.Forget(child);
        pump.Finish(RestOfOutput);
        var text = System.Text.Encoding.UTF8.GetString(message.ToArray()).Trim();
        return new ProgramOutput(exit, taken.ToArray(), text, isComplete);
    }

    private static bool Take(MemoryStream target, ReadOnlySpan<byte> content, int limit)
    {
        var room = (int)Math.Min(content.Length, limit - target.Length);
        target.Write(content[..room]);
        return room == content.Length;
    }
}
