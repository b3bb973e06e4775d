using System.Globalization;

namespace Firn.EndToEnd.Support;

/// <summary>Runs a program and tells how much memory it took.</summary>
internal static class Measured
{
    private const string Script = """
        import resource, subprocess, sys
        code = subprocess.call(sys.argv[1:])
        print("peak", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024, file=sys.stderr)
        sys.exit(code if code >= 0 else 128 - code)
        """;

    /// <summary>The result, and the peak of resident memory in MiB.</summary>
    public static (ProcessResult Result, int PeakMegabytes) Run(ProcessRunner runner, params IEnumerable<string> command)
    {
        var result = runner.Run(RealPython.Of("system"), ["-I", "-c", Script, .. command]);
        var at = result.StandardError.LastIndexOf("peak ", StringComparison.Ordinal);
        var peak = int.Parse(result.StandardError[(at + 5)..], CultureInfo.InvariantCulture);
        return (result with { StandardError = result.StandardError[..at] }, peak);
    }
}
