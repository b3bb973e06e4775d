using System.Globalization;
using System.Text;
using Firn.Common;
using Firn.Common.Files;

namespace Firn.Runs.Observation;

/// <summary>
/// Reads the reports that the Python processes of a run appended to (<c>Shim/sitecustomize.py</c>): lines of fields
/// between tabs. The programs of the run could write them too: a line that is none is left out.
/// </summary>
internal static class ReportReader
{
    /// <summary>The ending of a report's name; the process's number stands before it.</summary>
    public const string Extension = ".report";

    private const int Limit = 64 * 1024 * 1024;
    private const int HeaderFields = 9;

    /// <summary>Reads all reports of a folder, by process number; a process that executed another Python has several.</summary>
    public static List<ProcessReport> ReadFolder(string folder, List<Problem> problems, CancellationToken cancellation)
    {
        var ids = new List<int>();
        foreach (var entry in DirectoryReader.List(folder, out _))
        {
            if (entry.Kind == DirectoryEntryKind.File && entry.Name.EndsWith(Extension, StringComparison.Ordinal)
                && Number(entry.Name[..^Extension.Length]) is { } id)
            {
                ids.Add(id);
            }
        }

        ids.Sort();
        var found = new List<ProcessReport>();
        foreach (var id in ids)
        {
            var path = Path.Join(folder, id.ToString(CultureInfo.InvariantCulture) + Extension);
            cancellation.ThrowIfCancellationRequested();
            var content = BoundedFile.Read(path, Limit);
            if (!content.IsComplete)
            {
                problems.Add(new Problem("report-unreadable", path, $"a process's report is not read ({content.Reason})"));
            }

            Read(Encoding.UTF8.GetString(content.Bytes), found);
        }

        return found;
    }

    /// <summary>Adds the processes of one report.</summary>
    public static void Read(string text, List<ProcessReport> found)
    {
        ProcessReport? current = null;
        foreach (var line in new TextLines(text))
        {
            var fields = line.ToString().Split('\t');
            if (fields[0] == "P")
            {
                current = Header(fields);
                if (current is not null)
                {
                    found.Add(current);
                }
            }
            else if (current is not null)
            {
                Add(current, fields);
            }
        }
    }

    private static ProcessReport? Header(string[] fields) =>
        fields.Length < HeaderFields || Number(fields[2]) is not { } id
            ? null
            : new ProcessReport
            {
                ProcessId = id,
                IsFork = fields[1] == "fork",
                Version = fields[4],
                Executable = Value(fields[5]),
                Prefix = Value(fields[6]),
                BasePrefix = Value(fields[7]),
                StandardLibrary = Value(fields[8]),
            };

    private static void Add(ProcessReport report, string[] fields)
    {
        switch (fields)
        {
            case ["I", var name]:
                report.LastImport = Value(name);
                break;
            case ["F", var name, var path]:
                report.Modules[Value(name)] = Value(path);
                if (report.LastImport == Value(name))
                {
                    report.LastImport = null;
                }

                break;
            case ["L", var path]:
                report.Libraries.Add(Value(path));
                break;
            case ["E"]:
                report.LastImport = null;
                report.HasEnded = true;
                break;
            default:
                break;
        }
    }

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>A field without its escapes.</summary>
    public static string Value(string field)
    {
        if (!field.Contains('\\', StringComparison.Ordinal))
        {
            return field;
        }

        var value = new StringBuilder(field.Length);
        for (var i = 0; i < field.Length; i++)
        {
            var c = field[i];
            if (c == '\\' && i + 1 < field.Length)
            {
                c = field[++i] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', var other => other };
            }

            value.Append(c);
        }

        return value.ToString();
    }
}

/// <summary>What one Python process told of itself.</summary>
internal sealed class ProcessReport
{
    public required int ProcessId { get; init; }

    /// <summary>Whether it is the copy of a Python process, whose modules it has.</summary>
    public required bool IsFork { get; init; }

    public required string Version { get; init; }

    /// <summary><c>sys.executable</c>; may be empty.</summary>
    public required string Executable { get; init; }

    /// <summary><c>sys.prefix</c>.</summary>
    public required string Prefix { get; init; }

    /// <summary><c>sys.base_prefix</c>.</summary>
    public required string BasePrefix { get; init; }

    /// <summary>The folder of its standard library, with a final slash.</summary>
    public required string StandardLibrary { get; init; }

    /// <summary>The files of modules by their names, those of its own standard library left out.</summary>
    public Dictionary<string, string> Modules { get; } = new(StringComparer.Ordinal);

    /// <summary>The shared objects that it had mapped at its end.</summary>
    public HashSet<string> Libraries { get; } = new(StringComparer.Ordinal);

    /// <summary>The module that it was about to import when its report breaks off; its file is not known.</summary>
    public string? LastImport { get; set; }

    /// <summary>Whether it came to its end: it was not killed.</summary>
    public bool HasEnded { get; set; }
}
