using System.Diagnostics;
using Firn.Captures.Archives;
using Firn.Common;
using Firn.Restore.Planning;

namespace Firn.Cli.Commands;

/// <summary>Makes the bytecode that an archive does not have, with the restored Python itself: the format is its own.</summary>
internal static class BytecodeCompiler
{
    /// <summary>Compiles what has no valid bytecode.</summary>
    /// <returns>
    /// The problem, where the Python cannot be started or cannot compile at all; sources that are no Python of that version
    /// stop nothing, and are nothing to tell: every larger environment has some.
    /// </returns>
    public static Problem? Compile(RestorePlan plan, CancellationToken cancellation)
    {
        var prefix = plan.Request.Prefix;
        var tree = plan.Archive.Document.Environment;
        if (tree.PythonVersion.Length == 0)
        {
            // A conda environment without a Python has nothing to compile.
            return null;
        }

        var python = Path.Join(prefix, tree.Kind == ArchivedTreeKind.System ? $"bin/{tree.PythonFolder}" : tree.Executable);
        var start = new ProcessStartInfo(python)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var argument in (string[])["-I", "-m", "compileall", "-q", "-j", "0", Path.Join(prefix, "lib", tree.PythonFolder)])
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            using var process = Process.Start(start)!;
            using var registration = cancellation.Register(() => process.Kill(entireProcessTree: true));
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            output.Wait(CancellationToken.None);
            return Failure(process.ExitCode, error) is { } failure
                ? new Problem("not-compiled", python, $"the environment's Python cannot compile: {failure}")
                : null;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            return new Problem("not-compiled", python, $"the environment's Python cannot be started: {exception.Message}");
        }
    }

    /// <summary>
    /// Why compileall itself ended; <see langword="null"/> where it did not. It returns 1 for a source that does not
    /// compile as well, and names that on standard output.
    /// </summary>
    private static string? Failure(int exitCode, string error)
    {
        const int SomeFailed = 1;
        if (exitCode is 0 || (exitCode == SomeFailed && !error.Contains("Traceback (most recent call last)", StringComparison.Ordinal)
            && !error.Contains("No module named", StringComparison.Ordinal)))
        {
            return null;
        }

        var last = error.AsSpan().Trim();
        last = last[(last.LastIndexOf('\n') + 1)..];
        return last.IsEmpty ? $"it returned {exitCode}" : last.ToString();
    }
}
