using System.Text;
using Firn.Archives.Documents;
using Firn.Common;
using Firn.Common.Json;
using Firn.Restore.Planning;
using Firn.Restore.Unpacking;
using Firn.Workflows;

namespace Firn.Cli.Output;

/// <summary>Says what <c>firn restore</c> did.</summary>
internal sealed class RestoreReport(CommandConsole console, bool asJson)
{
    private const string Schema = "firn.restored/1";

    /// <summary>Says that the shared prefix was there already.</summary>
    private void WriteThere(string environmentId, string prefix)
    {
        if (!asJson)
        {
            console.Output.WriteLine(TerminalText.Clean(prefix));
            return;
        }

        var json = new CanonicalJsonWriter();
        json.StartObject();
        json.String("schema", Schema);
        json.String("environment_id", environmentId);
        json.String("prefix", prefix);
        json.Boolean("was_there", true);
        json.EndObject();
        console.Output.Write(Encoding.UTF8.GetString(json.WrittenDocument));
    }

    /// <summary>Says what stands in the way of a restore.</summary>
    public void WriteObstacles(WorkNotice.Obstacles notice)
    {
        if (asJson)
        {
            var json = new CanonicalJsonWriter();
            json.StartObject();
            json.String("schema", Schema);
            json.String("environment_id", notice.EnvironmentId);
            json.Strings("obstacles", [.. notice.Items.Select(OptionNames.Write)]);
            json.String("prefix", notice.Prefix);
            json.EndObject();
            console.Output.Write(Encoding.UTF8.GetString(json.WrittenDocument));
        }

        WriteObstacles(console.Error, notice);
    }

    /// <summary>Says it to a person.</summary>
    public static void WriteObstacles(TextWriter error, WorkNotice.Obstacles notice)
    {
        foreach (var obstacle in notice.Items)
        {
            error.WriteLine(TerminalText.Clean($"  {OptionNames.Write(obstacle)}"));
        }
    }

    /// <summary>Says what was done.</summary>
    public void Write(RestoreEnvironmentResult result)
    {
        if (result.Plan is not { } plan)
        {
            WriteThere(result.EnvironmentId, result.Prefix);
            return;
        }

        if (asJson)
        {
            WriteJson(result, plan, result.Restored!.Counts);
        }
        else
        {
            WriteText(result.Prefix, plan, result.Restored!.Counts);
            if (result.Verification is { } verification)
            {
                new VerificationSummary(console.Output).Write(verification, isStrict: false);
            }
        }

        ProblemWriter.Write(console.Error, result.Problems);
    }

    private void WriteText(string prefix, RestorePlan plan, RestoreCounts counts)
    {
        var output = console.Output;
        var document = plan.Archive.Document;
        Line("Archive", plan.Archive.Description);
        Line("Restored to", prefix);
        if (plan.Base is { } python)
        {
            Line("Python", python.IsArchived ? $"{python.Version}, from the archive" : $"{python.Version}, {python.Executable}");
        }
        else
        {
            Line("Python", document.Environment.PythonVersion is { Length: > 0 } version ? version : "none");
        }

        Line("Packages", plan.Jobs.Count(static job => job.Package.Kind is ArchivedPackageKind.Conda or ArchivedPackageKind.Distribution).ToString("N0", null));
        Line("Files", $"{CountText.Of(counts.Files, "file")}, {SizeText.Of(counts.Bytes)}: {LinkModesText.Of(counts)}");
        output.Flush();
    }

    private void WriteJson(RestoreEnvironmentResult result, RestorePlan plan, RestoreCounts counts)
    {
        var json = new CanonicalJsonWriter();
        json.StartObject();
        json.String("schema", Schema);
        json.String("archive", plan.Archive.Digest?.ToString());
        json.Number("bytes", counts.Bytes);
        json.Number("cloned", counts.Cloned);
        json.Number("copied", counts.Copied);
        json.StartArray("differences");
        foreach (var difference in result.Verification?.Differences ?? [])
        {
            json.StartObject();
            json.String("captured", difference.First);
            json.String("name", difference.Name);
            json.String("restored", difference.Second);
            json.EndObject();
        }

        json.EndArray();
        json.String("environment_id", result.EnvironmentId);
        json.Boolean("equal", result.IsEqual);
        json.Number("linked", counts.Linked);
        json.String("prefix", result.Prefix);
        ProblemsJson.Write(json, [.. result.Problems.Select(OptionNames.Write)]);
        json.String("python", plan.Base?.Executable);
        json.Boolean("was_there", false);
        json.EndObject();
        console.Output.Write(Encoding.UTF8.GetString(json.WrittenDocument));
    }

    private void Line(string title, string text) => console.Output.WriteLine($"{title,-15} {TerminalText.Clean(text)}");
}
