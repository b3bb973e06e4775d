using System.Text.RegularExpressions;
using Firn.Common;
using Firn.Images.Engines;

namespace Firn.Images.Building;

/// <summary>Follows what an engine prints while it builds: which step it is at, and what was said last.</summary>
internal sealed partial class BuildLog(Action<string> shown)
{
    private const int MaxLines = 15;

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
            if (Step().Match(clean) is { Success: true } step)
            {
                _step = step.Groups["step"].Value.Trim();
                _last.Clear();
                return;
            }

            if (Said().Replace(clean, string.Empty).TrimEnd() is { Length: > 0 } said)
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

        return cause?.TrimEnd('.');
    }

    private static string Short(string step) => step.Length > 100 ? $"{step[..99]}…" : step;

    private static string Advice(string said) =>
        said.Contains("gcc", StringComparison.Ordinal) || said.Contains("Python.h", StringComparison.Ordinal)
            ? "name build-essential and python3-dev in dependencies/apt-build.txt"
        : said.Contains("No matching distribution", StringComparison.Ordinal) ? "check the name and the version in dependencies/requirements.txt, and that the index has it for this Python"
        : said.Contains("externally-managed", StringComparison.Ordinal) ? "install into /opt/env: /opt/env/bin/python -m pip install"
        : said.Contains("Unable to locate package", StringComparison.Ordinal) ? "check the names in dependencies/apt-*.txt; the base's distribution may call it otherwise"
        : "the lines above say more; --debug opens a shell where the step begins";

    /// <summary><c>#12 [build 4/7] RUN ...</c> of BuildKit, <c>Step 4/7 : RUN ...</c>, <c>STEP 4/7: RUN ...</c>.</summary>
    [GeneratedRegex(@"^(?:#\d+ \[[^\]]*\d+/\d+\] |Step \d+/\d+ : |(?:\[\d+/\d+\] )?STEP \d+(?:/\d+)?: )(?<step>.+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Step();

    /// <summary>The number and time that BuildKit puts before what a step prints.</summary>
    [GeneratedRegex(@"^#\d+ (?:\d+\.\d+ )?", RegexOptions.ExplicitCapture)]
    private static partial Regex Said();
}
