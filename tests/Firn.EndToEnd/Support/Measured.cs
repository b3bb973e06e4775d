using System.Globalization;

namespace Firn.EndToEnd.Support;

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
