using System.Text;
using Firn.Common;
using Firn.Common.Json;
using Firn.Creation;
using Firn.Creation.Packages;
using Firn.Python;
using Firn.Restore.Unpacking;
using Firn.Workflows;

namespace Firn.Cli.Output;

/// <summary>Says what <c>firn create</c> will do and did.</summary>
internal sealed class CreateReport(CommandConsole console, bool asJson)
{
    private const string Schema = "firn.created/1";

    /// <summary>Says what would be installed.</summary>
    public void WritePlan(CreateEnvironmentResult result) => WritePlan(result.Prefix, result.Draft);

    private void WritePlan(string prefix, PlanningResult draft)
    {
        if (asJson)
        {
            var json = new CanonicalJsonWriter();
            json.StartObject();
            json.String("schema", Schema);
            WritePackages(json, draft);
            json.Boolean("dry_run", true);
            json.String("prefix", prefix);
            json.String("python_version", draft.Plan.Python.Version);
            json.EndObject();
            console.Output.Write(Encoding.UTF8.GetString(json.WrittenDocument));
        }
        else
        {
            Line("Would create", prefix);
            WritePython(draft.Plan);
            foreach (var (package, _) in draft.Plan.Conda.OrderBy(item => item.Package.Name, StringComparer.Ordinal))
            {
                Line("conda", $"{package.Name} {package.Version} {package.Build}");
            }

            foreach (var wheel in draft.Plan.Wheels.OrderBy(item => item.Name, StringComparer.Ordinal))
            {
                Line("wheel", $"{wheel.Name} {wheel.Version} ({wheel.FileName})");
            }

            foreach (var name in draft.Built.Where(name => !draft.Plan.Wheels.Any(wheel => wheel.Name == CanonicalName.Of(name))))
            {
                Line("to build", name);
            }

            foreach (var editable in draft.Editables)
            {
                Line("editable", editable.Distribution.DisplayName);
            }

            console.Output.Flush();
        }

        ProblemWriter.Write(console.Error, draft.Plan.Notes);
    }

    /// <summary>Says what was made.</summary>
    public void Write(CreateEnvironmentResult result) => Write(result.Draft, result.Created!);

    private void Write(PlanningResult draft, CreationResult result)
    {
        if (asJson)
        {
            WriteJson(draft, result);
        }
        else
        {
            WriteText(draft, result);
        }

        ProblemWriter.Write(console.Error, result.Problems);
    }

    private void WriteText(PlanningResult draft, CreationResult result)
    {
        Line("Created", result.Restored.Prefix);
        WritePython(draft.Plan);
        Line("Packages", Packages(draft) + (result.WereThere > 0 ? $", {result.WereThere:N0} of them in the store already" : string.Empty));
        var counts = result.Restored.Counts;
        Line("Files", $"{CountText.Of(counts.Files, "file")}, {SizeText.Of(counts.Bytes)}: {LinkModesText.Of(counts)}");
        Line("Archive", $"{result.Capture.EnvironmentId[..25]}@{result.Archive.Number}");
        if (draft.Plan.Python.Base is not null && result.Archive.Document.Base is null)
        {
            Line(string.Empty, "without the Python below it");
        }

        Line("Environment id", result.Capture.EnvironmentId);
        console.Output.Flush();
    }

    private void WritePython(CreationPlan plan) =>
        Line("Python", plan.Python.Base is { } python ? $"{python.Version}, {python.Executable}" : $"{plan.Python.Version}, a conda package");

    private static string Packages(PlanningResult draft)
    {
        var parts = new List<string>();
        if (!draft.Plan.Conda.IsEmpty)
        {
            parts.Add(CountText.Of(draft.Plan.Conda.Length, "conda package"));
        }

        if (!draft.Plan.Wheels.IsEmpty)
        {
            parts.Add(CountText.Of(draft.Plan.Wheels.Length, "wheel"));
        }

        if (!draft.Editables.IsEmpty)
        {
            parts.Add(CountText.Of(draft.Editables.Length, "editable project"));
        }

        return parts.Count == 0 ? "none" : string.Join(", ", parts);
    }

    private void WriteJson(PlanningResult draft, CreationResult result)
    {
        var json = new CanonicalJsonWriter();
        json.StartObject();
        json.String("schema", Schema);
        json.String("archive", result.Archive.Digest.ToString());
        json.Number("bytes", result.Restored.Counts.Bytes);
        WritePackages(json, draft);
        json.String("environment_id", result.Capture.EnvironmentId);
        json.Number("files", result.Restored.Counts.Files);
        json.String("prefix", result.Restored.Prefix);
        ProblemsJson.Write(json, [.. result.Problems.Select(OptionNames.Write)]);
        json.String("python_version", result.Capture.Environment.PythonVersion);
        json.Number("were_there", result.WereThere);
        json.EndObject();
        console.Output.Write(Encoding.UTF8.GetString(json.WrittenDocument));
    }

    private static void WritePackages(CanonicalJsonWriter json, PlanningResult draft)
    {
        json.StartArray("conda_packages");
        foreach (var (package, _) in draft.Plan.Conda.OrderBy(item => item.Package.Name, StringComparer.Ordinal))
        {
            json.StartObject();
            json.String("build", package.Build);
            json.String("name", package.Name);
            json.String("url", package.SafeUrl);
            json.String("version", package.Version);
            json.EndObject();
        }

        json.EndArray();
        json.String("conda_solver", draft.CondaSolver);
        json.String("distribution_solver", draft.PythonSolver);
        json.StartArray("distributions");
        foreach (var wheel in draft.Plan.Wheels.OrderBy(item => item.Name, StringComparer.Ordinal))
        {
            json.StartObject();
            json.String("file_name", wheel.FileName);
            json.String("name", wheel.Name);
            json.String("url", Credentials.Remove(wheel.Request.Url));
            json.String("version", wheel.Version);
            json.EndObject();
        }

        json.EndArray();
    }

    private void Line(string name, string value) => console.Output.WriteLine($"{name,-16}{TerminalText.Clean(value)}");
}

/// <summary>How the files of a prefix came there, for people.</summary>
internal static class LinkModesText
{
    /// <summary>For example <c>46,261 hard links, 249 copies</c>.</summary>
    public static string Of(RestoreCounts counts)
    {
        var modes = new List<string>();
        Add(modes, counts.Linked, "hard links");
        Add(modes, counts.Cloned, "reflinks");
        Add(modes, counts.Copied, "copies");
        return string.Join(", ", modes);
    }

    private static void Add(List<string> modes, long count, string name)
    {
        if (count > 0)
        {
            modes.Add($"{count:N0} {name}");
        }
    }
}
