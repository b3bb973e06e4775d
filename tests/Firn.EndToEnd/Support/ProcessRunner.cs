using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Firn.EndToEnd.Support;

/// <summary>Runs a real process to its end: no terminal, no standard input, a limit of time.</summary>
internal sealed record ProcessRunner
{
    public string? WorkingDirectory { get; init; }

    /// <summary>So long that only a hang reaches it, on a machine that does ten other things.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Variables added to this process's own; a null value removes one.</summary>
    public IReadOnlyDictionary<string, string?> Variables { get; init; } = new Dictionary<string, string?>();

    /// <summary>Latin-1 keeps each byte as a character of its own, for outputs that must be equal byte for byte.</summary>
    public Encoding Encoding { get; init; } = Encoding.UTF8;

    public ProcessResult Run(string fileName, params IEnumerable<string> arguments)
    {
        using var process = new Process { StartInfo = StartInfo(fileName, arguments) };
        var command = $"{fileName} {string.Join(' ', process.StartInfo.ArgumentList)}";
        process.Start();
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Timeout))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{command} still ran after {Timeout}\n{TextOf(output)}\n{TextOf(error)}");
        }

        return new ProcessResult(command, process.ExitCode, TextOf(output), TextOf(error));
    }

    private ProcessStartInfo StartInfo(string fileName, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(fileName, arguments)
        {
            WorkingDirectory = WorkingDirectory ?? Repository.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding,
            StandardErrorEncoding = Encoding,
        };
        foreach (var (name, value) in Variables)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    // A process's own children may keep its streams open; what they write later is not its output.
    private static string TextOf(Task<string> text) =>
        text.Wait(TimeSpan.FromSeconds(10)) ? text.Result : "(a child keeps this stream open)";
}

/// <summary>What a process left: its exit code and all it wrote.</summary>
internal sealed record ProcessResult(string Command, int ExitCode, string StandardOutput, string StandardError)
{
    /// <summary>Fails the test, with all the process said, unless it returned <paramref name="exitCode"/>.</summary>
    public ProcessResult MustReturn(int exitCode)
    {
        Assert.True(
            ExitCode == exitCode,
            $"{Command} returned {ExitCode}, not {exitCode}\n--- stdout\n{StandardOutput}\n--- stderr\n{StandardError}");
        return this;
    }
}

/// <summary>How a failure must look: what and where, then what to do, and nothing that a terminal would obey.</summary>
internal static class CleanFailure
{
    public static void Check(ProcessResult result, int exitCode)
    {
        result.MustReturn(exitCode);
        MustBeClean(result);
        var lines = result.StandardError.Split('\n');
        var first = Array.FindIndex(lines, line => line.StartsWith("error: ", StringComparison.Ordinal));
        Assert.True(first >= 0 && lines.Length == first + 3, result.StandardError);
        Assert.All(lines[..first], line => Assert.StartsWith("warning: ", line));
        Assert.StartsWith("hint: ", lines[first + 1]);
        Assert.NotEqual("error: ", lines[first].TrimEnd() + " ");
    }

    /// <summary>No stack trace and no control character, in either stream.</summary>
    public static void MustBeClean(ProcessResult result)
    {
        foreach (var text in new[] { result.StandardOutput, result.StandardError })
        {
            Assert.DoesNotContain("   at ", text);
            Assert.DoesNotContain("Unhandled", text);
            Assert.DoesNotContain(text, character => char.IsControl(character) && character is not '\n' and not '\t');
            Assert.DoesNotContain('\u202e', text);
        }
    }
}

/// <summary>Runs a program and tells how much memory and processor time it took.</summary>
internal static class Measured
{
    private const string Script = """
        import resource, subprocess, sys
        code = subprocess.call(sys.argv[1:])
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        print("took", usage.ru_maxrss // 1024, usage.ru_utime + usage.ru_stime, file=sys.stderr)
        sys.exit(code if code >= 0 else 128 - code)
        """;

    /// <summary>The result, the peak of resident memory in MiB, and the time on all processors together.</summary>
    public static Measurement Run(ProcessRunner runner, params IEnumerable<string> command)
    {
        var result = runner.Run(RealPython.Of("system"), ["-I", "-c", Script, .. command]);
        var at = result.StandardError.LastIndexOf("took ", StringComparison.Ordinal);
        var took = result.StandardError[at..].Split(' ');
        return new Measurement(
            result with { StandardError = result.StandardError[..at] },
            int.Parse(took[1], CultureInfo.InvariantCulture),
            TimeSpan.FromSeconds(double.Parse(took[2], CultureInfo.InvariantCulture)));
    }
}

/// <summary>What a program did, and what it took: memory, and processor time, which does not grow with what runs beside it.</summary>
internal sealed record Measurement(ProcessResult Result, int PeakMegabytes, TimeSpan Processor);
