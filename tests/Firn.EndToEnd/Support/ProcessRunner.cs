using System.Diagnostics;
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
