using System.Collections.Immutable;
using System.Diagnostics;
using Firn.Captures;
using Firn.Common;

namespace Firn.Benchmarks.Compare;

/// <summary>A capture by the library in this process, where the runtime has started and the code is compiled.</summary>
internal static class InProcessCapture
{
    private const int WarmUps = 5;

    /// <summary>Captures the prefix and makes the files, without writing them.</summary>
    public static Timings Measure(string prefix, int runs)
    {
        var inspector = new EnvironmentInspector(SystemContext.OfThisProcess());
        var request = new InspectionRequest { Environment = prefix };
        var times = ImmutableArray.CreateBuilder<TimeSpan>(runs);
        for (var run = -WarmUps; run < runs; run++)
        {
            var start = Stopwatch.GetTimestamp();
            _ = CaptureFiles.Create(inspector.Inspect(request).Capture);
            if (run >= 0)
            {
                times.Add(Stopwatch.GetElapsedTime(start));
            }
        }

        return new Timings("in process, warm", times.MoveToImmutable());
    }
}
