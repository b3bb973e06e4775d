using Firn.Captures;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Json;
using Firn.Projects;
using Firn.Runs.Records;
using Firn.Runs.Secrets;

namespace Firn.Runs.Building;

/// <summary>
/// Writes the environment and the resolved configuration of an analysis into its run directory. The configuration records
/// the environment as asimov's metadata do.
/// </summary>
internal static class AnalysisBuilder
{
    public const string Schema = "firn.analysis/1";

    /// <summary>Writes the files; the environment's come last, so that where they are new everything is.</summary>
    /// <exception cref="FirnException">The folder cannot be written to.</exception>
    public static IReadOnlyList<string> Build(
        RunDirectory folder, Project project, AnalysisDefinition analysis, Capture capture, BuiltFiles? built)
    {
        folder.Make();
        built?.Write(folder.Path);
        var files = CaptureFiles.Create(capture);
        using (var file = AtomicFile.Stage(
            Path.Join(folder.Path, RunFileNames.Configuration), Configuration(project, analysis, capture, files)))
        {
            file.Place();
        }

        CaptureFiles.Write(files, folder.Path);
        return [RunFileNames.Configuration, .. files.Select(file => file.Name)];
    }

    /// <summary>The document <c>analysis.json</c>.</summary>
    public static byte[] Configuration(
        Project project, AnalysisDefinition analysis, Capture capture, IReadOnlyList<CaptureFile> files)
    {
        var json = CanonicalJsonWriter.Document(Schema);
        json.Strings("command", SecretArguments.Mask(analysis.Command).Arguments);
        WriteEnvironment(json, capture, files);
        if (!analysis.Inputs.IsDefault)
        {
            json.Strings("inputs", analysis.Inputs);
        }

        json.String("name", analysis.Name);
        json.Strings("needs", analysis.Needs);
        json.Strings("outputs", analysis.Outputs);
        json.String("project", project.Name);
        json.Strings("pythonpath", analysis.PythonPath);
        json.String("subject", analysis.Subject);
        json.Number("threads", analysis.Threads);
        json.Name("variables");
        SecretVariables.Write(json, analysis.Variables);
        return json.Finish();
    }

    /// <summary>asimov's block; the time has a key of its own, since <c>captured_at</c> names no time there.</summary>
    private static void WriteEnvironment(CanonicalJsonWriter json, Capture capture, IReadOnlyList<CaptureFile> files)
    {
        json.StartObject("environment");
        json.Boolean("captured_at", true);
        json.String("captured_time", TimeText.Of(capture.Timestamp));
        json.String("environment_id", capture.EnvironmentId);
        json.StartObject("files");
        Write("conda", CaptureFileNames.Conda);
        Write("conda_explicit", CaptureFileNames.CondaExplicit);
        Write("metadata", Capture.FileName);
        Write("pip", CaptureFileNames.Pip);
        Write("system", CaptureFileNames.System);
        json.EndObject();
        json.String("prefix", capture.Environment.Prefix);
        json.EndObject();

        void Write(string key, string name)
        {
            if (files.Any(file => file.Name == name))
            {
                json.String(key, name);
            }
        }
    }
}
