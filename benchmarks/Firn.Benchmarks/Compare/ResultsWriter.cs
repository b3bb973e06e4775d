using System.Globalization;
using System.Text.Json;

namespace Firn.Benchmarks.Compare;

/// <summary>Writes what adding results costs, for people and for programs.</summary>
internal static class ResultsWriter
{
    public static void WriteTable(TextWriter writer, ResultsMeasurement measured)
    {
        writer.WriteLine($"firn results add, {measured.ManyAtOnce.Runs.Length} interleaved runs of each");
        writer.WriteLine($"{string.Empty,-28}{"minimum",12}{"median",12}{"ratio",8}");
        foreach (var row in measured.Rows)
        {
            var ratio = (row.Minimum / measured.Rows[0].Minimum).ToString("F2", CultureInfo.InvariantCulture);
            writer.WriteLine($"{row.Name,-28}{Text(row.Minimum),12}{Text(row.Median),12}{ratio,8}");
        }

        writer.WriteLine($"{measured.ManyAtOnce.Name,-28}{Text(measured.ManyAtOnce.Minimum),12}{Text(measured.ManyAtOnce.Median),12}");
        writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"worst ratio {measured.WorstFactor:F2}, allowed {ResultsMeasurement.AllowedFactor:F1}; "
            + $"one call allowed {ResultsMeasurement.AllowedTime.TotalSeconds:F0} s: {(measured.IsMet ? "met" : "MISSED")}"));
    }

    public static void WriteJson(Stream stream, ResultsMeasurement measured)
    {
        using var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        writer.WriteStartObject();
        writer.WriteStartArray("rows");
        foreach (var row in measured.Rows.Append(measured.ManyAtOnce))
        {
            writer.WriteStartObject();
            writer.WriteString("name", row.Name);
            writer.WriteNumber("minimum_ms", Math.Round(row.Minimum.TotalMilliseconds, 2));
            writer.WriteNumber("median_ms", Math.Round(row.Median.TotalMilliseconds, 2));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteNumber("worst_factor", Math.Round(measured.WorstFactor, 3));
        writer.WriteNumber("allowed_factor", ResultsMeasurement.AllowedFactor);
        writer.WriteBoolean("met", measured.IsMet);
        writer.WriteEndObject();
        writer.Flush();
        stream.WriteByte((byte)'\n');
    }

    private static string Text(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:F1} ms");
}
