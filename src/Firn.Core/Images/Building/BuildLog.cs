using Firn.Common;
using Firn.Images.Engines;

namespace Firn.Images.Building;

/// <summary>Follows what an engine prints while it builds: which step it is at, and what was said last.</summary>
internal sealed class BuildLog(Action<string> shown)
{
    private const int MaxLines = 15;
    private const int MaxStep = 100;

    private readonly Lock _lock = new();
    private readonly Queue<string> _last = new();
    private string? _step;

    /// <summary>Takes a line.</summary>
    public void Add(string line)
    {
        var clean = Credentials.RemoveFromText(line);
        shown(clean);
        lock (_lock)
        {
            if (StepIn(clean) is { } step)
            {
                _step = step;
                _last.Clear();
                return;
            }

            if (WithoutMark(clean).TrimEnd() is { Length: > 0 } said)
            {
                _last.Enqueue(said);
                if (_last.Count > MaxLines)
                {
                    _last.Dequeue();
                }
            }
        }
    }

    /// <summary>The failure of the build: the step, the line that says why, and what to try.</summary>
    public FirnException Failure(ContainerEngine engine, string image, string reason)
    {
        lock (_lock)
        {
            var said = string.Join('\n', _last);
            var why = Cause(_last) ?? reason;
            return new FirnException(
                _step is null ? $"{engine.Command} cannot build {image}: {why}" : $"building {image} failed at `{Short(_step)}`: {why}",
                EngineAdvice.Of(said, engine.Command) ?? EngineAdvice.Of(reason, engine.Command) ?? Advice(said + _step));
        }
    }

    private static string? Cause(Queue<string> lines)
    {
        string? cause = null;
        foreach (var line in lines)
        {
            var text = line.Trim();
            if (text.StartsWith("E: ", StringComparison.Ordinal) || text.StartsWith("ERROR: ", StringComparison.Ordinal)
                || text.StartsWith("error: ", StringComparison.OrdinalIgnoreCase) || text.StartsWith("BASE_IMAGE", StringComparison.Ordinal)
                || text.StartsWith("the base's", StringComparison.Ordinal))
            {
                cause ??= text;
            }
        }

        return cause is null ? null : WithoutWord(cause).TrimEnd('.');
    }

    /// <summary>The step without its mounts, on one line.</summary>
    private static string Short(string step)
    {
        var words = step.Split([' ', '\t', '\\'], StringSplitOptions.RemoveEmptyEntries)
            .Where(static word => !word.StartsWith("--mount=", StringComparison.Ordinal));
        var text = string.Join(' ', words);
        return text.Length > MaxStep ? $"{text[..(MaxStep - 1)]}…" : text;
    }

    private static string WithoutWord(string text) =>
        text.StartsWith("ERROR: ", StringComparison.OrdinalIgnoreCase) ? text["ERROR: ".Length..] : text;

    private static string Advice(string said) =>
        said.Contains("gcc", StringComparison.Ordinal) || said.Contains("Python.h", StringComparison.Ordinal)
            ? "name build-essential and python3-dev in dependencies/apt-build.txt"
        : said.Contains("No matching distribution", StringComparison.Ordinal) ? "check the name and the version in dependencies/requirements.txt, and that the index has it for this Python"
        : said.Contains("externally-managed", StringComparison.Ordinal) ? "install into /opt/env: /opt/env/bin/python -m pip install"
        : said.Contains("Unable to locate package", StringComparison.Ordinal) ? "check the names in dependencies/apt-*.txt; the base's distribution may call it otherwise"
        : "the lines above say more; --debug opens a shell where the step begins";

    /// <summary>The step that begins: <c>#12 [build 4/7] RUN ...</c> of BuildKit, <c>Step 4/7 : RUN ...</c>, <c>[1/2] STEP 4/7: RUN ...</c>.</summary>
    private static string? StepIn(string line)
    {
        if (line.StartsWith('#') && line.IndexOf(" [", StringComparison.Ordinal) is > 0 and var open && line[1..open].All(char.IsAsciiDigit))
        {
            var close = line.IndexOf("] ", open, StringComparison.Ordinal);
            return close > 0 && line[open..close].Contains('/', StringComparison.Ordinal) ? line[(close + 2)..].Trim() : null;
        }

        var text = line.StartsWith('[') && line.IndexOf("] ", StringComparison.Ordinal) is > 0 and var end ? line[(end + 2)..] : line;
        return text.StartsWith("STEP ", StringComparison.OrdinalIgnoreCase) && text.IndexOf(": ", StringComparison.Ordinal) is > 0 and var colon
            && text[5..colon].All(static character => char.IsAsciiDigit(character) || character is '/' or ' ')
                ? text[(colon + 2)..].Trim()
                : null;
    }

    /// <summary>The line without the number and the time that BuildKit puts before what a step prints: <c>#12 0.31 text</c>.</summary>
    private static string WithoutMark(string line)
    {
        if (!line.StartsWith('#') || line.IndexOf(' ') is not (> 1 and var first) || !line[1..first].All(char.IsAsciiDigit))
        {
            return line;
        }

        var second = line.IndexOf(' ', first + 1);
        var hasTime = second > 0 && line[(first + 1)..second].All(static character => char.IsAsciiDigit(character) || character == '.');
        return line[(hasTime ? second + 1 : first + 1)..];
    }
}
