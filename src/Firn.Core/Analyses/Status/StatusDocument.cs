using Firn.Analyses.Projects;
using Firn.Common;

namespace Firn.Analyses.Status;

/// <summary>Writes what <c>firn status --json</c> prints (docs/formats/execution.md).</summary>
internal static class StatusDocument
{
    public const string Schema = "firn.status/1";

    public static byte[] Write(Project project, IReadOnlyList<AnalysisStatus> analyses)
    {
        var json = new CanonicalJsonWriter();
        json.StartObject();
        json.String("schema", Schema);
        json.StartArray("analyses");
        foreach (var analysis in analyses)
        {
            json.StartObject();
            json.String("built", analysis.Built is { } built ? TimeText.Of(built) : null);
            json.Strings("changes", analysis.Changes);
            json.String("ended", analysis.Run?.Ended is { } ended ? TimeText.Of(ended) : null);
            json.String("environment_id", analysis.EnvironmentId);
            json.Number("exit_code", analysis.Run?.ExitCode);
            json.String("name", analysis.Name);
            json.Number("number", analysis.Run?.Number);
            json.String("running", analysis.Holder);
            json.String("started", analysis.Run is { } run ? TimeText.Of(run.Started) : null);
            json.String("state", AnalysisStatus.Word(analysis.State));
            json.String("store", analysis.Run?.Store);
            json.String("subject", analysis.Subject);
            json.EndObject();
        }

        json.EndArray();
        json.String("project", project.Name);
        json.EndObject();
        return json.WrittenDocument.ToArray();
    }
}
