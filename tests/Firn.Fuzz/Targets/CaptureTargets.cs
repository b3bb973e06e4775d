using Firn.Captures;
using Firn.Captures.Documents;
using Firn.Captures.Exports;
using Firn.Conda.Listings;
using Firn.Fuzz.Trees;

namespace Firn.Fuzz.Targets;

/// <summary>Captures that somebody else wrote, and whole environments.</summary>
internal static class CaptureTargets
{
    public static IEnumerable<FuzzTarget> Create(ScratchFolder scratch)
    {
        yield return new FuzzTarget
        {
            Name = "capture",
            Seeds = SeedFolder.Load("capture"),
            Tokens = Tokens.Json.AddRange(Tokens.CondaRecord).AddRange(Tokens.Versions),
            Run = ReadCapture,
            Cost = 2,
        };
        yield return Environment(scratch, "virtual", FixtureFiles.VirtualEnvironment(), "venv");
        yield return Environment(scratch, "conda", FixtureFiles.CondaEnvironment(), "conda");
    }

    /// <summary>Everything that a command does with a capture that it was given.</summary>
    private static void ReadCapture(byte[] input)
    {
        var capture = CaptureReader.Read(input, "environment.json").Capture;
        _ = CaptureWriter.Write(capture);
        _ = CaptureFiles.Create(capture);
        _ = RequirementsExport.Write(capture);
        _ = CycloneDxExport.Write(capture);
        if (capture.Conda is { } conda)
        {
            foreach (var release in (ReadOnlySpan<CondaRelease>)[CondaRelease.Newest, CondaRelease.Parse("23.1.0")])
            {
                var export = CondaExport.OfCapture(conda, capture.Environment.Prefix, release);
                _ = export.List();
                _ = export.Explicit(ExplicitHashes.Sha256OrMd5);
                _ = export.EnvironmentYaml(null, withBuilds: true);
            }
        }
    }

    /// <summary>An environment, its machine and its project with one file mutated, captured as a whole.</summary>
    private static FuzzTarget Environment(
        ScratchFolder scratch, string name, IReadOnlyList<FixtureFile> files, string prefix)
    {
        var tree = new FileTree(scratch, name, files);
        var systemContext = FixtureFiles.SystemContext(tree.Root);
        var request = new InspectionRequest { Environment = Path.Join(tree.Root, prefix) };
        var tokens = Tokens.Settings.AddRange(Tokens.Json).AddRange(Tokens.CondaRecord).AddRange(Tokens.Metadata);
        return tree.Target("tree-" + name, tokens, cost: 10, () =>
        {
            var capture = new EnvironmentInspector(systemContext).Inspect(request).Capture;
            _ = CaptureReader.Read(CaptureWriter.Write(capture), Capture.FileName);
            _ = CaptureFiles.Create(capture);
        }) with
        { UsesThreads = true };
    }
}
