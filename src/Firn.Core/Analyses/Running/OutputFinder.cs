using Firn.Analyses.Records;
using Firn.Common;
using Firn.Common.Files;
using Firn.Storage.Records;
using Firn.Storage.Results;

namespace Firn.Analyses.Running;

/// <summary>Finds the outputs that a run declares.</summary>
internal static class OutputFinder
{
    /// <summary>Seconds by which the clocks of file systems may be behind.</summary>
    private const int Coarse = 2;

    public static FoundOutputs Find(RunTask task, DateTimeOffset started)
    {
        var folder = task.Project.Folder;
        // What the run printed and wrote is looked for to the end, whatever signals come.
        var found = FileFinder.Find(folder, task.Analysis.Outputs, CancellationToken.None);
        var missing = new List<string>(found.Missing);
        missing.AddRange(found.Unreadable);
        var sources = new List<ResultSource>();
        var paths = new List<string>();
        var old = new List<string>();
        var names = new ResourceNameSet();
        foreach (var name in found.Paths)
        {
            var path = Path.GetFullPath(name, folder);
            var real = RealPath.Of(path);
            using var handle = BoundedFile.Open(real, out _);
            if (handle is null || !FileStatReader.TryRead(real, out var stat) || names.Add(RunResourceNames.OfOutput(name)) is not null)
            {
                missing.Add(name);
                continue;
            }

            sources.Add(new ResultSource(path, RunResourceNames.OfOutput(name), stat.Size));
            paths.Add(name);
            if (stat.ModifiedSeconds < started.ToUnixTimeSeconds() - Coarse)
            {
                old.Add(name);
            }
        }

        return new FoundOutputs(sources, paths, missing, old);
    }
}
