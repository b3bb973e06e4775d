using Firn.Analyses.Launching;
using Firn.Captures;

namespace Firn.Analyses.Running;

/// <summary>What to say of a run that crashed in compiled code.</summary>
internal static class CrashHint
{
    private static readonly string[] Runtimes = ["libgomp", "libiomp5", "libomp"];

    /// <summary>A line; <see langword="null"/> where there is nothing to say.</summary>
    public static string? Of(ChildExit exit, Capture capture)
    {
        if (exit.Signal == "SIGKILL")
        {
            return "the run was killed (SIGKILL): if nobody did, the system ran out of memory";
        }

        if (exit.Signal is not ("SIGSEGV" or "SIGABRT" or "SIGBUS" or "SIGFPE" or "SIGILL"))
        {
            return null;
        }

        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var library in capture.NativeLibraries.Libraries)
        {
            var file = Path.GetFileName(library.Path);
            foreach (var runtime in Runtimes)
            {
                if (file.StartsWith(runtime, StringComparison.Ordinal) && file.Length > runtime.Length
                    && file[runtime.Length] is '.' or '-')
                {
                    found.Add(library.Path);
                }
            }
        }

        return found.Count > 1
            ? $"the run crashed ({exit.Signal}), and its environment has {found.Count} OpenMP runtimes, which crash where they "
                + $"meet in one process: {string.Join(", ", found)}; `firn doctor` says who brings them"
            : $"the run crashed in compiled code ({exit.Signal})";
    }
}
