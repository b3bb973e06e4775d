using System.Collections.Immutable;
using System.Text.Json;
using Firn.Common;

namespace Firn.Storage.Records;

/// <summary>Reads and writes the environments of a run record.</summary>
internal static class RunEnvironmentJson
{
    private static readonly string[] Known = ["archive", "capture", "environment_id", "when"];

    public static void Write(CanonicalJsonWriter json, ImmutableArray<RunEnvironment> environments)
    {
        json.StartArray("environments");
        foreach (var environment in environments)
        {
            WriteOne(json, environment);
        }

        json.EndArray();
    }

    /// <exception cref="FormatException">A member is missing or wrong.</exception>
    public static ImmutableArray<RunEnvironment> Read(JsonElement root)
    {
        if (!root.TryGetProperty("environments", out var array) || array.ValueKind != JsonValueKind.Array)
        {
            throw new FormatException("`environments` is missing or no list");
        }

        var environments = ImmutableArray.CreateBuilder<RunEnvironment>(array.GetArrayLength());
        foreach (var item in array.EnumerateArray())
        {
            environments.Add(ReadOne(item));
        }

        return environments.MoveToImmutable();
    }

    private static void WriteOne(CanonicalJsonWriter json, RunEnvironment environment)
    {
        var extra = 0;
        json.StartObject();
        environment.Extra.WriteBefore(json, ref extra, "archive");
        json.String("archive", environment.Archive?.ToString());
        environment.Extra.WriteBefore(json, ref extra, "capture");
        json.String("capture", environment.Capture?.ToString());
        environment.Extra.WriteBefore(json, ref extra, "environment_id");
        json.String("environment_id", environment.EnvironmentId);
        environment.Extra.WriteBefore(json, ref extra, "when");
        json.String("when", environment.When);
        environment.Extra.WriteBefore(json, ref extra, null);
        json.EndObject();
    }

    private static RunEnvironment ReadOne(JsonElement item)
    {
        var when = item.RequiredText("when");
        return when is RunEnvironment.AtBuild or RunEnvironment.AtRun
            ? new RunEnvironment(
                when, item.RequiredEnvironmentId(), item.OptionalDigest("capture"), item.OptionalDigest("archive"))
            {
                Extra = ExtraMembers.Of(item, Known),
            }
            : throw new FormatException($"`when` is {when}");
    }
}
