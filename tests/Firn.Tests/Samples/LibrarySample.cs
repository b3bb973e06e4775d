using Firn.Captures;
using Firn.Captures.Differences;
using Firn.Common;

namespace Firn.Tests.Samples;

/// <summary>The code of docs/library.md: between the marks, word for word.</summary>
internal static class LibrarySample
{
    public static string CaptureAndSave(string? environment, string folder)
    {
        // <capture>
        var inspector = new EnvironmentInspector(SystemContext.OfThisProcess());
        var inspection = inspector.Inspect(new InspectionRequest { Environment = environment });
        var capture = inspection.Capture;

        Console.WriteLine($"{capture.EnvironmentId} ({inspection.Reason})");
        foreach (var problem in capture.Problems)
        {
            Console.Error.WriteLine($"{problem.Code}: {problem}");
        }

        CaptureFiles.Write(CaptureFiles.Create(capture), folder);
        // </capture>
        return capture.EnvironmentId;
    }

    public static bool AreEqual(string firstPrefix, string secondPrefix)
    {
        // <compare>
        var inspector = new EnvironmentInspector(SystemContext.OfThisProcess());
        var first = inspector.Inspect(new InspectionRequest { Environment = firstPrefix }).Capture;
        var second = inspector.Inspect(new InspectionRequest { Environment = secondPrefix }).Capture;
        var differences = CaptureComparer.Compare(first, second);

        foreach (var difference in differences.Items)
        {
            Console.WriteLine($"{difference.Kind} {difference.Name}: {difference.First} -> {difference.Second}");
        }
        // </compare>
        return differences.HaveEqualEnvironments;
    }

    public static FailureKind? Fail(string prefix)
    {
        // <failure>
        try
        {
            new EnvironmentInspector(SystemContext.OfThisProcess()).Inspect(new InspectionRequest { Environment = prefix });
            return null;
        }
        catch (FirnException failure)
        {
            Console.Error.WriteLine($"{failure.Message}; {failure.Hint}");
            return failure.Kind;
        }
        // </failure>
    }
}
