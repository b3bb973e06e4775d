using System.Diagnostics;
using Firn.Common;

namespace Firn.Cli.Commands.Solving;

/// <summary>Runs a program of the machine to its end and takes what it prints.</summary>
internal static class ProgramRun
{
    private const int MostError = 64 * 1024;

    /// <summary>Runs it.</summary>
    /// <param name="program">Its file, absolute.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="folder">The folder it runs in.</param>
    /// <param name="variables">Variables that it gets beside those of this process; one without a value is taken away.</param>
    /// <param name="cancellation">Ends it, with all that it started.</param>
    /// <exception cref="FirnException">It cannot be started.</exception>
    public static ProgramResult Run(
        string program,
        IReadOnlyList<string> arguments,
        string folder,
        IReadOnlyDictionary<string, string?> variables,
        CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(program)
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
            using var process = Process.Start(start)!;
            using var registration = cancellation.Register(() => Kill(process));
            process.StandardInput.Close();
            var error = Task.Run(process.StandardError.ReadToEnd, CancellationToken.None);
            using var output = new MemoryStream();
            process.StandardOutput.BaseStream.CopyTo(output);
            process.WaitForExit();
            cancellation.ThrowIfCancellationRequested();
            var text = error.GetAwaiter().GetResult();
            return new ProgramResult(process.ExitCode, output.ToArray(), text.Length > MostError ? text[^MostError..] : text);
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new FirnException($"cannot start {program}: {exception.Message}", "check that it can be executed", innerException: exception);
        }
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
