using Firn.Analyses.Projects;
using Firn.Analyses.Running;
using Firn.Captures.Json;
using Firn.Common;
using Firn.Storage;

namespace Firn.Cli.Commands;

/// <summary>What brings back an environment of a project that has gone.</summary>
internal static class LostEnvironment
{
    private const int CaptureLimit = 256 * 1024 * 1024;

    /// <summary>The command that restores what the last run of the project had there; <see langword="null"/> where the store has none.</summary>
    /// <param name="prefix">Where it was, absolute.</param>
    /// <param name="store">The store's folder.</param>
    /// <param name="surroundings">The current folder.</param>
    /// <param name="project">The project's folder.</param>
    public static string? Hint(string prefix, string store, Surroundings surroundings, string project)
    {
        if (!File.Exists(Path.Join(store, StoreLayout.Description)))
        {
            return null;
        }

        var opened = Store.Open(store).InProject(ProjectMark.Find(project, surroundings));
        (DateTimeOffset Created, string Reference)? last = null;
        foreach (var runs in new StoreListing(opened).Analyses(isOfProject: true))
        {
            if (runs.NewestFirst().FirstOrDefault(static run => run.Counts)?.Record is { } run && !(run.Created < last?.Created)
                && LastRun.AtRun(run) is { Archive: not null, Capture: { } capture } && opened.Files.Contains(capture)
                && CaptureReader.Read(opened.Files.Read(capture, CaptureLimit), opened.Files.PathOf(capture)).Capture.Environment.Prefix == prefix)
            {
                last = (run.Created, runs.Reference);
            }
        }

        var place = Path.GetRelativePath(surroundings.CurrentDirectory, prefix);
        return last is { Reference: var reference }
            ? $"`firn restore {reference} --to {(place.StartsWith("..", StringComparison.Ordinal) ? prefix : place)}` brings back that of the last run"
            : null;
    }
}
