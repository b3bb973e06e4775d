using System.Globalization;
using System.Text.Json;

namespace Firn.Benchmarks.Compare;

/// <summary>Writes a comparison for people and for programs.</summary>
internal static class ComparisonWriter
{
    public static void WriteTable(TextWriter writer, Comparison comparison)
    {
        var runs = comparison.Firn.Runs.Length;
        writer.WriteLine($"{comparison.Title}, {runs} interleaved runs of each");
        writer.WriteLine($"{string.Empty,-28}{"minimum",12}{"median",12}");
        foreach (var timings in new[] { comparison.Firn, comparison.Peer, comparison.StartUp, comparison.InProcess })
        {
            if (timings is null)
            {
                continue;
            }

            writer.WriteLine($"{timings.Name,-28}{Text(timings.Minimum),12}{Text(timings.Median),12}");
        }

        var verdict = comparison.Factor >= comparison.RequiredFactor ? "met" : "MISSED";
        writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{"ratio of minimums",-28}{comparison.Factor,12:F1}  required {comparison.RequiredFactor:F1}: {verdict}"));
        if (Comparison.AllowedStartUp is { } allowed)
        {
            writer.WriteLine($"{"start-up",-28}{Text(comparison.StartUp.Minimum),12}  allowed {Text(allowed)}: {(comparison.IsStartUpMet ? "met" : "MISSED")}");
        }
    }

    public static void WriteJson(Stream stream, Comparison comparison)
    {
        using var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        writer.WriteStartObject();
        writer.WriteString("title", comparison.Title);
        Write(writer, "firn", comparison.Firn);
        Write(writer, "peer", comparison.Peer);
        Write(writer, "start_up", comparison.StartUp);
        if (comparison.InProcess is { } inProcess)
        {
            Write(writer, "in_process", inProcess);
        }

        writer.WriteNumber("factor", Math.Round(comparison.Factor, 2));
        writer.WriteNumber("required_factor", comparison.RequiredFactor);
        writer.WriteBoolean("met", comparison.IsMet);
        writer.WriteEndObject();
        writer.Flush();
        stream.WriteByte((byte)'\n');
    }

    private static void Write(Utf8JsonWriter writer, string property, Timings timings)
    {
        writer.WriteStartObject(property);
        writer.WriteString("name", timings.Name);
        writer.WriteNumber("minimum_ms", Milliseconds(timings.Minimum));
        writer.WriteNumber("median_ms", Milliseconds(timings.Median));
        writer.WriteStartArray("runs_ms");
        foreach (var run in timings.Runs)
        {
            writer.WriteNumberValue(Milliseconds(run));
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static string Text(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:F1} ms");

    private static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 2);
}
