using System.Globalization;
using System.Text.Json;

namespace Firn.Benchmarks.Compare;

/// <summary>Writes what <c>firn run</c> adds, for people and for programs.</summary>
internal static class RunOverheadWriter
{
    public static void WriteTable(TextWriter writer, RunOverhead measured)
    {
        writer.WriteLine($"{measured.Title}, {measured.Bare.Runs.Length} interleaved runs of each");
        writer.WriteLine($"{string.Empty,-28}{"minimum",12}{"median",12}{"added",12}{"median",12}");
        writer.WriteLine($"{measured.Bare.Name,-28}{Text(measured.Bare.Minimum),12}{Text(measured.Bare.Median),12}");
        foreach (var row in new[] { measured.Kept, measured.Observed })
        {
            writer.WriteLine(
                $"{row.Name,-28}{Text(row.Minimum),12}{Text(row.Median),12}"
                + $"{Text(measured.Minimum(row)),12}{Text(measured.Median(row)),12}");
        }

        var idle = measured.StartUp;
        writer.WriteLine($"{idle.Name,-28}{Text(idle.Minimum),12}{Text(idle.Median),12}");
        if (measured.Allowed is { } allowed)
        {
            writer.WriteLine($"added, allowed less than {Text(allowed)}: {(measured.IsMet ? "met" : "MISSED")}");
        }
    }

    public static void WriteJson(Stream stream, RunOverhead measured)
    {
        using var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        writer.WriteStartObject();
        writer.WriteString("title", measured.Title);
        writer.WriteStartArray("rows");
        foreach (var row in new[] { measured.Bare, measured.Kept, measured.Observed, measured.StartUp })
        {
            writer.WriteStartObject();
            writer.WriteString("name", row.Name);
            writer.WriteNumber("minimum_ms", Milliseconds(row.Minimum));
            writer.WriteNumber("median_ms", Milliseconds(row.Median));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteNumber("added_ms", Milliseconds(measured.Minimum(measured.Kept)));
        writer.WriteNumber("added_observed_ms", Milliseconds(measured.Minimum(measured.Observed)));
        if (measured.Allowed is { } allowed)
        {
            writer.WriteNumber("allowed_ms", Milliseconds(allowed));
        }

        writer.WriteBoolean("met", measured.IsMet);
        writer.WriteEndObject();
        writer.Flush();
        stream.WriteByte((byte)'\n');
    }

    private static string Text(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:F1} ms");

    private static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 2);
}
