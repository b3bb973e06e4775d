using System.Diagnostics;
using Firn.Captures.Archives;
using Firn.Common;
using Firn.Restore.Planning;

namespace Firn.Cli.Commands;

/// <summary>Makes the bytecode that an archive does not have, with the restored Python itself: the format is its own.</summary>
internal static class BytecodeCompiler
{
    /// <summary>Compiles what has no valid bytecode.</summary>
    /// <returns>The problem, where the Python cannot be started; sources that are no Python stop nothing.</returns>
    public static Problem? Compile(RestorePlan plan, CancellationToken cancellation)
    {
        var prefix = plan.Request.Prefix;
        var tree = plan.Archive.Document.Environment;
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
            _ = process.StandardError.ReadToEnd();
            process.WaitForExit();
            output.Wait(CancellationToken.None);
            return null;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            return new Problem("not-compiled", python, $"the restored Python cannot be started: {exception.Message}");
        }
    }
}
