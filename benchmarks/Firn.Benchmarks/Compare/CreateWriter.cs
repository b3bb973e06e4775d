using System.Globalization;
using System.Text.Json;

namespace Firn.Benchmarks.Compare;

/// <summary>Writes what it costs to make environments, for people and for programs.</summary>
internal static class CreateWriter
{
    public static void WriteTable(TextWriter writer, CreateMeasurement measured)
    {
        writer.WriteLine(measured.Title);
        writer.WriteLine($"{string.Empty,-46}{"minimum",12}{"median",12}{"user+sys",12}");
        foreach (var row in measured.Rows)
        {
            writer.WriteLine($"{row.Name,-46}{Text(row.Minimum),12}{Text(row.Median),12}{Text(row.Processor.Min()),12}");
        }

        foreach (var requirement in measured.Requirements)
        {
            var verdict = requirement.RequiredFactor is not { } required
                ? string.Empty
                : string.Create(CultureInfo.InvariantCulture, $"  required {required:F1}: {(requirement.IsMet ? "met" : "MISSED")}");
            writer.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{requirement.Title,-46}{requirement.Factor,11:F1}x{requirement.ProcessorFactor,11:F1}x of user+sys{verdict}"));
        }

        foreach (var disk in measured.Disk)
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{disk.Name,-46}{disk.Bytes / 1048576.0,8:F1} MiB"));
        }
    }

    public static void WriteJson(Stream stream, CreateMeasurement measured)
    {
        using var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        writer.WriteStartObject();
        writer.WriteString("title", measured.Title);
        writer.WriteStartArray("rows");
        foreach (var row in measured.Rows)
        {
            writer.WriteStartObject();
            writer.WriteString("name", row.Name);
            writer.WriteNumber("minimum_ms", Milliseconds(row.Minimum));
            writer.WriteNumber("median_ms", Milliseconds(row.Median));
            writer.WriteNumber("processor_ms", Milliseconds(row.Processor.Min()));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("factors");
        foreach (var requirement in measured.Requirements)
        {
            writer.WriteStartObject();
            writer.WriteString("title", requirement.Title);
            writer.WriteNumber("factor", Math.Round(requirement.Factor, 2));
            if (requirement.RequiredFactor is { } required)
            {
                writer.WriteNumber("required_factor", required);
            }

            writer.WriteBoolean("met", requirement.IsMet);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartObject("bytes_on_disk");
        foreach (var disk in measured.Disk)
        {
            writer.WriteNumber(disk.Name, disk.Bytes);
        }

        writer.WriteEndObject();
        writer.WriteBoolean("met", measured.IsMet);
        writer.WriteEndObject();
        writer.Flush();
        stream.WriteByte((byte)'\n');
    }

    private static string Text(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:F0} ms");

    private static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 2);
}
