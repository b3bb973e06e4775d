using System.Text;
using Firn.Common;
using Firn.Images.Engines;

namespace Firn.Images.Building;

/// <summary>A step of a build as an engine names it.</summary>
/// <param name="Text">The instruction.</param>
/// <param name="Stage">The stage: its name of BuildKit, its number of podman and buildah; empty where the engine has none to say.</param>
/// <param name="Number">Counted from 1: in the stage, and of docker's older builder in the file.</param>
internal sealed record BuildStep(string Text, string Stage, int Number);

/// <summary>
/// Follows what an engine prints while it builds: which step it is at, and what that said last. BuildKit works on several
/// at a time, each with a number before its lines, and names those again that it gave up because another one failed.
/// </summary>
internal sealed class BuildLog(Action<string> shown)
{
    private const int MaxLines = 60;
    private const int MaxStep = 100;
    private const int MaxParts = 4096;
    private const char Escape = '\u001b';

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Part> _parts = new(StringComparer.Ordinal);
    private Part _current = new();
    private Part? _failed;

    /// <summary>The step that failed, else the last one that began.</summary>
    public BuildStep? Step
    {
        get
        {
            lock (_lock)
            {
                return (_failed ?? _current).Step;
            }
        }
    }

    /// <summary>Takes a line.</summary>
    public void Add(string line)
    {
        var clean = WithoutColours(Credentials.RemoveFromText(line));
        shown(clean);
        lock (_lock)
        {
            var (mark, text) = Marked(clean);
            if (StepIn(text, mark.Length > 0) is { } step)
            {
                _current = PartOf(mark);
                // BuildKit names a step again when it goes on with it after another.
                if (_current.Step != step)
                {
                    _current.Step = step;
                    _current.Last.Clear();
                }

                return;
            }

            if (mark.Length == 0 && _parts.Count > 0)
            {
                // BuildKit's own summary, which repeats what was said.
                return;
            }

            var part = mark.Length > 0 ? PartOf(mark) : _current;
            if (mark.Length > 0 && text.StartsWith("ERROR: ", StringComparison.Ordinal))
            {
                _failed ??= part;
            }

            if (text.TrimEnd() is { Length: > 0 } said && !IsOfEngine(said))
            {
                part.Last.Enqueue(said);
                if (part.Last.Count > MaxLines)
                {
                    part.Last.Dequeue();
                }
            }
        }
    }

    /// <summary>The failure of the build: the step, the line that says why, and what to try.</summary>
    public FirnException Failure(ContainerEngine engine, string image, string reason)
    {
        lock (_lock)
        {
            var part = _failed ?? _current;
            if (engine.Kind == EngineKind.Docker && EngineAdvice.IsDaemonGone(reason))
            {
                return new FirnException(
                    $"docker's daemon went away while it built {image}: {reason}", "start the daemon, whose log says why it ended, and build again; or name another engine: podman and buildah need none");
            }

            var said = string.Join('\n', part.Last);
            // What a step said itself goes first: the engine's output has the errors of other steps, too, which harmed nobody.
            var why = part.Last.Count > 0 ? StepReason.Of(part.Last) : WithoutProcess(reason);
            // What a step says of daemons and registries is about its own, not about the engine's.
            var known = part.Step is null || part.Step.Text.StartsWith("FROM ", StringComparison.OrdinalIgnoreCase) || said.Contains("no space left", StringComparison.OrdinalIgnoreCase)
                ? EngineAdvice.Of(said, engine.Command) ?? EngineAdvice.Of(reason, engine.Command)
                : null;
            return new FirnException(
                part.Step is null ? $"{engine.Command} cannot build {image}: {why}" : $"building {image} failed at `{Short(part.Step.Text)}`: {why}",
                known is not null ? known : StepReason.Advice(part.Last, why, part.Step?.Text));
        }
    }

    private Part PartOf(string mark)
    {
        if (mark.Length == 0 || (_parts.Count >= MaxParts && !_parts.ContainsKey(mark)))
        {
            return mark.Length == 0 ? new Part() : _current;
        }

        return _parts.TryGetValue(mark, out var part) ? part : _parts[mark] = new Part();
    }

    /// <summary>What engines say of a step that failed, beside what it said itself.</summary>
    private static bool IsOfEngine(string line) =>
        line.StartsWith("ERROR: executor failed running", StringComparison.Ordinal)
        || line.StartsWith("executor failed running", StringComparison.Ordinal)
        || line.StartsWith("ERROR: process \"", StringComparison.Ordinal)
        || line.StartsWith("process \"", StringComparison.Ordinal)
        || line.StartsWith("ERROR: failed to solve: process \"", StringComparison.Ordinal)
        || line.StartsWith("failed to solve: process \"", StringComparison.Ordinal)
        || line.StartsWith("Error: building at STEP", StringComparison.Ordinal)
        || line.StartsWith("building at STEP", StringComparison.Ordinal)
        || line.StartsWith("error building at STEP", StringComparison.Ordinal)
        || (line.StartsWith("The command '", StringComparison.Ordinal) && line.Contains("returned a non-zero code", StringComparison.Ordinal))
        || line.StartsWith(" ---> ", StringComparison.Ordinal)
        || line.StartsWith("Removing intermediate container ", StringComparison.Ordinal)
        || line.StartsWith("sha256:", StringComparison.Ordinal)
        || line is "CANCELED" or "..." or "CACHED";

    /// <summary>What BuildKit says of a process that it could not start, without the process.</summary>
    private static string WithoutProcess(string reason) =>
        reason.StartsWith("executor failed running [", StringComparison.Ordinal) && reason.IndexOf("]: ", StringComparison.Ordinal) is > 0 and var end
            ? reason[(end + 3)..]
            : reason;

    /// <summary>The step without its mounts, on one line.</summary>
    public static string Short(string step)
    {
        var words = step.Split([' ', '\t', '\\'], StringSplitOptions.RemoveEmptyEntries)
            .Where(static word => !word.StartsWith("--mount=", StringComparison.Ordinal));
        var text = string.Join(' ', words);
        return text.Length > MaxStep ? $"{text[..(MaxStep - 1)]}…" : text;
    }

    /// <summary>The step that begins: <c>#12 [build 4/7] RUN ...</c> of BuildKit, <c>Step 4/7 : RUN ...</c>, <c>[1/2] STEP 4/7: RUN ...</c>.</summary>
    private static BuildStep? StepIn(string line, bool isBuildKit)
    {
        var end = line.StartsWith('[') ? line.IndexOf("] ", StringComparison.Ordinal) : -1;
        var head = end > 0 ? line[1..end] : string.Empty;
        var rest = end > 0 ? line[(end + 2)..] : line;
        if (isBuildKit)
        {
            // `[build 4/7]`, `[linux/arm64 build 4/7]`, `[4/7]`; not `[internal] load metadata`.
            var words = head.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return words.Length > 0 && NumberIn(words[^1]) is { } number
                ? new BuildStep(rest.Trim(), words.Length > 1 && !words[^2].Contains('/', StringComparison.Ordinal) ? words[^2] : string.Empty, number)
                : null;
        }

        return rest.StartsWith("STEP ", StringComparison.OrdinalIgnoreCase) && rest.IndexOf(": ", StringComparison.Ordinal) is > 0 and var colon
            && NumberIn(rest[5..colon].Trim()) is { } step
                ? new BuildStep(rest[(colon + 2)..].Trim(), head.Split('/')[0], step)
                : null;
    }

    /// <summary>The first number of <c>4/7</c>.</summary>
    private static int? NumberIn(string text) =>
        text.Split('/') is [var first, var second] && int.TryParse(first, out var number) && int.TryParse(second, out _) ? number : null;

    /// <summary>The number that BuildKit puts before a line, and the line without it and the time: <c>#12 0.31 text</c>.</summary>
    private static (string Mark, string Text) Marked(string line)
    {
        if (!line.StartsWith('#') || line.IndexOf(' ') is not (> 1 and var first) || !line[1..first].All(char.IsAsciiDigit))
        {
            return (string.Empty, line);
        }

        var second = line.IndexOf(' ', first + 1);
        var hasTime = second > 0 && line[(first + 1)..second].All(static character => char.IsAsciiDigit(character) || character == '.');
        return (line[..first], line[(hasTime ? second + 1 : first + 1)..]);
    }

    /// <summary>docker's older builder paints what a step says on standard error.</summary>
    private static string WithoutColours(string line)
    {
        if (!line.Contains(Escape, StringComparison.Ordinal))
        {
            return line;
        }

        var plain = new StringBuilder(line.Length);
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] != Escape || i + 1 == line.Length || line[i + 1] != '[')
            {
                plain.Append(line[i]);
                continue;
            }

            // A control sequence ends with its first character that is none of digits and their separators (ECMA-48, 5.4).
            for (i += 2; i < line.Length && line[i] is >= ' ' and <= '?'; i++)
            {
            }
        }

        return plain.ToString();
    }

    /// <summary>A step, and what it said last.</summary>
    private sealed class Part
    {
        public BuildStep? Step { get; set; }

        public Queue<string> Last { get; } = new();
    }
}
