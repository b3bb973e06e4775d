using System.Diagnostics;
using Firn.Common;

namespace Firn.Creation.Solvers;

/// <summary>Runs a program of the machine to its end and takes what it prints.</summary>
internal static class ProgramRun
{
    private const int MaxError = 64 * 1024;
    private const int MaxRelayed = 200;

    /// <summary>Runs it.</summary>
    /// <param name="program">Its file, absolute.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="folder">The folder it runs in.</param>
    /// <param name="variables">Variables that it gets beside those of this process; one without a value is taken away.</param>
    /// <param name="cancellation">Ends it, with all that it started.</param>
    /// <param name="lines">Is told each line of both outputs as it comes, from two threads; the result has no output then.</param>
    /// <param name="input">What it reads on standard input.</param>
    /// <param name="end">Ends it in place of killing it, with all that it started.</param>
    /// <exception cref="FirnException">It cannot be started.</exception>
    public static ProgramResult Run(
        string program,
        IReadOnlyList<string> arguments,
        string folder,
        IReadOnlyDictionary<string, string?> variables,
        CancellationToken cancellation,
        Action<string>? lines = null,
        string? input = null,
        Action<Process>? end = null)
    {
#pragma warning disable RS0030 // A solver and a builder are what this asks for: nothing here runs of itself.
        var start = new ProcessStartInfo(program)
#pragma warning restore RS0030
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in variables)
        {
            if (value is null)
            {
                start.Environment.Remove(name);
            }
            else
            {
                start.Environment[name] = value;
            }
        }

        try
        {
#pragma warning disable RS0030 // As above.
            using var process = Process.Start(start)!;
#pragma warning restore RS0030
            using var registration = cancellation.Register(() => (end ?? Kill)(process));
            Send(input, process.StandardInput);
            var error = new SideTask<string>(
                "stderr of a program", () => lines is null ? process.StandardError.ReadToEnd() : Relay(process.StandardError, lines));
            using var output = new MemoryStream();
            if (lines is null)
            {
                process.StandardOutput.BaseStream.CopyTo(output);
            }
            else
            {
                Relay(process.StandardOutput, lines);
            }

            process.WaitForExit();
            cancellation.ThrowIfCancellationRequested();
            var text = error.Wait();
            return new ProgramResult(process.ExitCode, output.ToArray(), text.Length > MaxError ? text[^MaxError..] : text);
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new FirnException($"cannot start {program}: {exception.Message}", "check that it can be executed", innerException: exception);
        }
    }

    /// <summary>A program may end without reading what it is given.</summary>
    private static void Send(string? input, StreamWriter target)
    {
        try
        {
            target.Write(input);
            target.Close();
        }
        catch (IOException)
        {
            // It says itself what it did not like.
        }
    }

    /// <returns>The end of what came.</returns>
    private static string Relay(StreamReader reader, Action<string> lines)
    {
        var last = new Queue<string>();
        while (reader.ReadLine() is { } line)
        {
            lines(line);
            last.Enqueue(line);
            if (last.Count > MaxRelayed)
            {
                last.Dequeue();
            }
        }

        return string.Join('\n', last);
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
    }
}

/// <summary>What a program printed.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">The end of standard error.</param>
internal sealed record ProgramResult(int ExitCode, byte[] Output, string Error)
{
    /// <summary>
    /// The line that says what went wrong, without credentials. Of what a program under pip says pip shows the step and
    /// the whole output, whose last line is the reason (pip: exceptions.py, DiagnosticPipError).
    /// </summary>
    public string Reason
    {
        get
        {
            string? last = null;
            string? step = null;
            string? fatal = null;
            foreach (var line in Error.Split('\n'))
            {
                var text = line.Trim();
                if (text.StartsWith("× ", StringComparison.Ordinal))
                {
                    step ??= text[2..].TrimEnd('.');
                    last = null;
                }
                else if (text == "[end of output]" && step is not null && (fatal ?? last) is { } reason)
                {
                    return Clean($"{step}: {reason}");
                }
                else if (text.StartsWith("ERROR:", StringComparison.OrdinalIgnoreCase))
                {
                    // One word is the name of a kind; what follows explains it.
                    var error = text["ERROR:".Length..].Trim();
                    last = error.Contains(' ', StringComparison.Ordinal) ? error : last;
                    if (step is null && last == error)
                    {
                        return Clean(error);
                    }
                }
                else if (text.StartsWith("fatal: ", StringComparison.Ordinal))
                {
                    // git explains itself in the lines after it.
                    fatal ??= text;
                }
                else if (text.Length > 0 && !text.StartsWith("╰─>", StringComparison.Ordinal) && !text.StartsWith('│'))
                {
                    last = text;
                }
            }

            return step is not null ? Clean(step) : last is null ? $"exit code {ExitCode}" : Clean(last);
        }
    }

    private static string Clean(string text) =>
        Credentials.RemoveFromText(text.Trim()).TrimEnd('.');
}
