using System.Text;
using System.Text.RegularExpressions;

namespace Firn.Tests.Transcripts;

/// <summary>
/// A session as a user meets it, byte for byte but for times and the machine's folder. A line <c>@ COMMAND</c> makes what
/// the session stands on, <c>$ COMMAND</c> is run, and what follows is what it printed; lines of standard error begin with
/// <c>2&gt; </c>. <c>FIRN_UPDATE_TRANSCRIPTS=1</c> writes the transcripts anew: the difference in git is what users will see.
/// </summary>
/// <param name="places">Names for what differs from machine to machine.</param>
/// <param name="make">Does what a line with <c>@</c> says.</param>
/// <param name="run">Runs a command: its output, errors and exit code.</param>
internal sealed partial class Transcript(
    IReadOnlyDictionary<string, string> places, Action<string> make, Func<string, (string Output, string Error, int ExitCode)> run)
{
    /// <summary>Replays the session in a file, and fails with the difference; or writes the file anew.</summary>
    public void Check(string path)
    {
        var expected = File.ReadAllText(path);
        var actual = Replay(expected);
        if (Environment.GetEnvironmentVariable("FIRN_UPDATE_TRANSCRIPTS") == "1")
        {
            File.WriteAllText(path, actual);
            return;
        }

        Assert.True(
            actual == expected,
            $"{Path.GetFileName(path)} differs; FIRN_UPDATE_TRANSCRIPTS=1 writes it anew:\n{Difference(expected, actual)}");
    }

    private string Replay(string transcript)
    {
        var output = new StringBuilder();
        foreach (var line in transcript.Split('\n').Where(line => line.Length > 1 && line[1] == ' ' && line[0] is '@' or '$' or '#'))
        {
            output.Append(line).Append('\n');
            var command = places.Aggregate(line[2..], (text, place) => text.Replace(place.Key, place.Value, StringComparison.Ordinal));
            if (line[0] == '@')
            {
                make(command);
            }
            else if (line[0] == '$')
            {
                var (printed, errors, exitCode) = run(command);
                Append(output, string.Empty, printed);
                Append(output, "2> ", errors);
                output.Append(exitCode == 0 ? string.Empty : $"[exit {exitCode}]\n");
            }
        }

        return output.ToString();
    }

    private void Append(StringBuilder output, string start, string text)
    {
        foreach (var (name, value) in places)
        {
            text = text.Replace(value, name, StringComparison.Ordinal);
        }

        text = Times().Replace(text, "{time}");
        text = Identifiers().Replace(text, "{id}");
        text = Records().Replace(text, "$1$2{digest}");
        text = TimedFiles().Replace(text, "$1{digest}$2{digest}$3{size}");
        text = TimedRows().Replace(text, "$1 {size}  {digest}");
        text = Durations().Replace(text, "{duration}");
        if (text.Length > 0)
        {
            // Told apart from the session's own lines.
            output.AppendJoin('\n', text.TrimEnd('\n').Split('\n').Select(line => start + (line.Length == 0 || line[0] is '$' or '@' or '#' ? "\\" : string.Empty) + line)).Append('\n');
        }
    }

    /// <summary>The lines from the first difference to the last, each with its number, at most a screen of them.</summary>
    private static string Difference(string expected, string actual)
    {
        var (old, now) = (expected.Split('\n'), actual.Split('\n'));
        var start = old.Zip(now).TakeWhile(pair => pair.First == pair.Second).Count();
        var end = old.Reverse().Zip(now.Reverse()).TakeWhile(pair => pair.First == pair.Second).Count();
        end = Math.Min(end, Math.Min(old.Length, now.Length) - start);
        return Lines('-', old) + Lines('+', now);

        string Lines(char sign, string[] lines) =>
            string.Concat(lines[start..^end].Take(20).Select((line, i) => $"{sign}{start + i + 1}: {line}\n"));
    }

    [GeneratedRegex(@"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")]
    private static partial Regex Times();

    // Digests of documents that hold a time; those of environments, bundles and files stay.
    [GeneratedRegex("(Record |\"(?:archive|capture|record|previous|digest|sum)\": \")sha256:[0-9a-f]{64}|(files/sha256/)[0-9a-f]{2}/[0-9a-f]{64}")]
    private static partial Regex Records();

    /// <summary>Documents of a run that hold a time, in a list of its files.</summary>
    [GeneratedRegex("(\"md5\": \")[0-9a-f]{32}(\",\\s+\"name\": \"(?:analysis|environment|run)\\.json\",\\s+\"sha256\": \")[0-9a-f]{64}(\",\\s+\"size\": )[0-9]+")]
    private static partial Regex TimedFiles();

    [GeneratedRegex(@"((?:analysis|environment|run)\.json) +[0-9.]+ [KM]?i?B  (?:sha256:)?[0-9a-f]{16,64}\b")]
    private static partial Regex TimedRows();

    [GeneratedRegex("(?<= )[0-9]+\\.[0-9] s\\b|(?<=\"milliseconds\": )[0-9]+")]
    private static partial Regex Durations();

    [GeneratedRegex("\\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\\b|(?<=urn:uuid:)[0-9a-f-]+|(?<=\"uuid\": \"|/)[0-9a-f]{32}\\b")]
    private static partial Regex Identifiers();
}
