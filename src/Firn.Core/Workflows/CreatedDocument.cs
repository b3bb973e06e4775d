using Firn.Common.Json;
using Firn.Creation;

namespace Firn.Workflows;

/// <summary>Writes what was created as a document (docs/formats/reports.md).</summary>
internal static class CreatedDocument
{
    private const string Schema = "firn.created/1";

    public static byte[] Write(CreateEnvironmentResult result)
    {
        var json = new CanonicalJsonWriter();
        json.StartObject();
        json.String("schema", Schema);
        if (result.Created is { } created)
        {
            WriteCreated(json, result, created);
        }
        else
        {
            WritePackages(json, result);
            json.Boolean("dry_run", true);
            json.String("prefix", result.Prefix);
            json.String("python_version", result.Draft.Plan.Python.Version);
        }

        json.EndObject();
        return json.WrittenDocument.ToArray();
    }

    private static void WriteCreated(CanonicalJsonWriter json, CreateEnvironmentResult result, CreationResult created)
    {
        json.String("archive", created.Archive.Digest.ToString());
        json.Number("bytes", created.Restored.Counts.Bytes);
        WritePackages(json, result);
        json.String("environment_id", created.Capture.EnvironmentId);
        json.Number("files", created.Restored.Counts.Files);
        json.String("prefix", created.Restored.Prefix);
        ProblemsJson.Write(json, created.Problems);
        json.String("python_version", created.Capture.Environment.PythonVersion);
        json.Number("were_there", created.WereThere);
    }

    private static void WritePackages(CanonicalJsonWriter json, CreateEnvironmentResult result)
    {
        json.StartArray("conda_packages");
        foreach (var package in result.CondaPackages)
        {
            json.StartObject();
            json.String("build", package.Build);
            json.String("name", package.Name);
            json.String("url", package.Url);
            json.String("version", package.Version);
            json.EndObject();
        }

        json.EndArray();
        json.String("conda_solver", result.Draft.CondaSolver);
        json.String("distribution_solver", result.Draft.PythonSolver);
        json.StartArray("distributions");
        foreach (var wheel in result.Wheels)
        {
            json.StartObject();
            json.String("file_name", wheel.FileName);
            json.String("name", wheel.Name);
            json.String("url", wheel.Url);
            json.String("version", wheel.Version);
            json.EndObject();
        }

        json.EndArray();
    }
}
