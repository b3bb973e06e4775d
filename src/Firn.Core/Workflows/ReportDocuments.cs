using Firn.Archives.Documents;
using Firn.Common;
using Firn.Common.Json;
using Firn.Creation;
using Firn.Restore.Planning;
using Firn.Restore.Unpacking;

namespace Firn.Workflows;

/// <summary>Writes what was archived as a document, schema <c>firn.archive-report/1</c>.</summary>
internal static class ArchiveReportDocument
{
    public static byte[] Write(ArchiveEnvironmentResult report)
    {
        var outcome = report.Outcome;
        var prepared = report.Prepared;
        var json = CanonicalJsonWriter.Document("firn.archive-report/1");
        json.String("archive", outcome?.Digest.ToString());
        json.StartObject("bundles");
        json.Number("changed", prepared.Changed.Count);
        json.Number("unchanged", prepared.Unchanged.Count);
        json.EndObject();
        json.StartObject("bytes");
        json.Number("read", outcome?.Progress.Bytes);
        json.Number("stored", outcome?.Progress.Stored);
        json.Number("there", outcome?.Progress.There);
        json.Number("to_read", prepared.Size);
        json.Number("unchanged", prepared.UnchangedSize);
        json.EndObject();
        json.String("capture", outcome?.Capture?.ToString());
        json.Objects("edited", report.Edited, file =>
        {
            json.String("observed", file.Observed?.ToString());
            json.String("package", file.Package);
            json.String("path", file.Path);
            json.String("recorded", file.Recorded);
        });
        json.String("environment_id", prepared.Plan.Capture.EnvironmentId);
        json.Number("files", prepared.FileCount);
        new JsonMembers(json).Objects<SkippedFile>("left_out", report.LeftOut, ArchiveJson.LeftOut);
        json.Boolean("new_record", outcome?.IsNew);
        json.Number("number", outcome?.Number);
        json.String("store", report.Store);
        return json.Finish();
    }
}

/// <summary>Writes what was created as a document (docs/formats/reports.md).</summary>
internal static class CreatedDocument
{
    private const string Schema = "firn.created/1";

    public static byte[] Write(CreateEnvironmentResult result, Func<RequestSetting, string>? word)
    {
        var json = CanonicalJsonWriter.Document(Schema);
        if (result.Created is { } created)
        {
            WriteCreated(json, result, created, word);
        }
        else
        {
            WritePackages(json, result);
            json.Boolean("dry_run", true);
            json.String("prefix", result.Prefix);
            json.String("python_version", result.Draft.Plan.Python.Version);
        }

        return json.Finish();
    }

    private static void WriteCreated(
        CanonicalJsonWriter json, CreateEnvironmentResult result, CreationResult created, Func<RequestSetting, string>? word)
    {
        json.String("archive", created.Archive.Digest.ToString());
        json.Number("bytes", created.Restored.Counts.Bytes);
        WritePackages(json, result);
        json.String("environment_id", created.Capture.EnvironmentId);
        json.Number("files", created.Restored.Counts.Files);
        json.String("prefix", created.Restored.Prefix);
        ProblemsJson.Write(json, created.Problems, word);
        json.String("python_version", created.Capture.Environment.PythonVersion);
        json.Number("were_there", created.WereThere);
    }

    private static void WritePackages(CanonicalJsonWriter json, CreateEnvironmentResult result)
    {
        json.Objects("conda_packages", result.CondaPackages, package =>
        {
            json.String("build", package.Build);
            json.String("name", package.Name);
            json.String("url", package.Url);
            json.String("version", package.Version);
        });
        json.String("conda_solver", result.Draft.CondaSolver);
        json.String("distribution_solver", result.Draft.PythonSolver);
        json.Objects("distributions", result.Wheels, wheel =>
        {
            json.String("file_name", wheel.FileName);
            json.String("name", wheel.Name);
            json.String("url", wheel.Url);
            json.String("version", wheel.Version);
        });
    }
}

/// <summary>Writes what came of a restore as a document (docs/formats/reports.md).</summary>
internal static class RestoredDocument
{
    private const string Schema = "firn.restored/1";

    public static byte[] Write(RestoreEnvironmentResult result, Func<RequestSetting, string>? word)
    {
        var json = CanonicalJsonWriter.Document(Schema);
        if (result is { Plan: { } plan, Restored: { } restored })
        {
            WriteRestored(json, result, plan, restored.Counts, word);
        }
        else
        {
            json.String("environment_id", result.EnvironmentId);
            json.String("prefix", result.Prefix);
            json.Boolean("was_there", true);
        }

        return json.Finish();
    }

    /// <summary>The document of a restore that could not begin.</summary>
    public static byte[] Write(WorkNotice.Obstacles notice, Func<RequestSetting, string>? word)
    {
        var json = CanonicalJsonWriter.Document(Schema);
        json.String("environment_id", notice.EnvironmentId);
        json.Strings("obstacles", [.. notice.Items.Select(item => item.Render(word))]);
        json.String("prefix", notice.Prefix);
        return json.Finish();
    }

    private static void WriteRestored(
        CanonicalJsonWriter json, RestoreEnvironmentResult result, RestorePlan plan, RestoreCounts counts, Func<RequestSetting, string>? word)
    {
        json.String("archive", plan.Archive.Digest?.ToString());
        json.Number("bytes", counts.Bytes);
        json.Number("cloned", counts.Cloned);
        json.Number("copied", counts.Copied);
        json.Objects("differences", result.Verification?.Differences ?? [], difference =>
        {
            json.String("captured", difference.First);
            json.String("name", difference.Name);
            json.String("restored", difference.Second);
        });
        json.String("environment_id", result.EnvironmentId);
        json.Boolean("equal", result.IsEqual);
        json.Number("linked", counts.Linked);
        json.String("prefix", result.Prefix);
        ProblemsJson.Write(json, result.Problems, word);
        json.String("python", plan.Base?.Executable);
        json.Boolean("was_there", false);
    }
}
