using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Firn.Common;
using Firn.Tests.Cli;

namespace Firn.Tests.Goldens;

/// <summary>
/// Every command and every document as a user meets it: transcripts of sessions on a made-up machine, byte for byte but for
/// times, the machine's folder and its host. A line <c>@ MAKER ARGUMENTS</c> sets the machine up, <c>$ COMMAND</c> runs a command in it, and what follows is what it
/// printed; lines of standard error begin with <c>2&gt; </c>. <c>FIRN_UPDATE_GOLDENS=1</c> writes the transcripts anew: the
/// difference in git is what users will see.
/// </summary>
public sealed partial class GoldenTests
{
    private static readonly string Folder = Path.Join(RepositoryFolder.Path, "tests", "Firn.Tests", "Goldens");

    public static TheoryData<string> Transcripts =>
        [.. Directory.GetFiles(Folder, "*.txt").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    [SkippableTheory]
    [MemberData(nameof(Transcripts))]
    public void A_session_is_what_it_was(string name)
    {
        Skip.IfNot(OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64, "the transcripts are of Linux on x86-64");
        var path = Path.Join(Folder, name + ".txt");
        var expected = File.ReadAllText(path);

        using var session = new Session();
        var actual = session.Replay(expected);

        if (Environment.GetEnvironmentVariable("FIRN_UPDATE_GOLDENS") == "1")
        {
            File.WriteAllText(path, actual);
            return;
        }

        Assert.True(actual == expected, $"{name}.txt differs; FIRN_UPDATE_GOLDENS=1 writes it anew:\n{Difference(expected, actual)}");
    }

    [Fact]
    public void Every_command_has_a_session()
    {
        var sessions = string.Concat(Directory.GetFiles(Folder, "*.txt").Select(File.ReadAllText));
        var help = CommandRun.Of(new CommandMachine().Surroundings, "--help").Output;
        var commands = CommandRow().Matches(help.Split("Commands:")[1].Split("Example:")[0]).Select(row => row.Groups[1].Value).ToList();

        Assert.True(commands.Count > 10, help);
        Assert.All(commands, command => Assert.Contains($"\n$ firn {command}", sessions, StringComparison.Ordinal));
    }

    /// <summary>The lines that differ, each with its number, at most a screen of them.</summary>
    private static string Difference(string expected, string actual)
    {
        var text = new StringBuilder();
        var (old, now) = (expected.Split('\n'), actual.Split('\n'));
        var start = old.Zip(now).TakeWhile(pair => pair.First == pair.Second).Count();
        var end = old.Reverse().Zip(now.Reverse()).TakeWhile(pair => pair.First == pair.Second).Count();
        end = Math.Min(end, Math.Min(old.Length, now.Length) - start);
        Append('-', old[start..^end]);
        Append('+', now[start..^end]);
        return text.ToString();

        void Append(char sign, string[] lines)
        {
            foreach (var line in lines.Take(20))
            {
                text.Append(sign).Append(start + 1).Append(": ").Append(line).Append('\n');
            }
        }
    }

    [GeneratedRegex(@"^  ([a-z]+)\b", RegexOptions.Multiline)]
    private static partial Regex CommandRow();

    /// <summary>One made-up machine, and the commands on it.</summary>
    private sealed partial class Session : IDisposable
    {
        // Always as long: the sizes of documents hang on it.
        private readonly CommandMachine _machine = new($"/tmp/firn-golden-{Guid.NewGuid():N}"[..24]);
        private readonly Dictionary<string, string> _places;

        public Session()
        {
            _places = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["{root}"] = _machine.At(string.Empty).TrimEnd('/'),
                ["{kernel}"] = Environment.OSVersion.Version.ToString(),
            };
            _machine.Variables["FIRN_STORE"] = _machine.At("store");
            _machine.Variables["FIRN_CACHE"] = _machine.At("cache");
            _machine.Variables["FIRN_ENVIRONMENTS"] = _machine.At("environments");
            _machine.Variables["HOME"] = _machine.At("home");
        }

        /// <summary>Runs the commands of a transcript, and gives it with what they print now.</summary>
        public string Replay(string transcript)
        {
            var output = new StringBuilder();
            foreach (var line in transcript.Split('\n').Where(line => line.Length > 1 && line[1] == ' ' && line[0] is '@' or '$' or '#'))
            {
                output.Append(line).Append('\n');
                if (line[0] == '@')
                {
                    Make(Words(line));
                }
                else if (line[0] == '$')
                {
                    Run(Words(line), output);
                }
            }

            return output.ToString();
        }

        public void Dispose() => _machine.Dispose();

        private void Make(List<string> words)
        {
            switch (words[0])
            {
                case "virtual":
                    _machine.Virtual(words[1]);
                    break;
                case "conda":
                    _machine.Conda(words[1]);
                    break;
                case "install":
                    _machine.Install(words[1], words[2], words[3]);
                    break;
                case "write":
                    Directory.CreateDirectory(Path.GetDirectoryName(_machine.At(words[1]))!);
                    File.WriteAllText(_machine.At(words[1]), words[2].Replace("\\n", "\n", StringComparison.Ordinal));
                    break;
                case "append":
                    File.AppendAllText(_machine.At(words[1]), words[2].Replace("\\n", "\n", StringComparison.Ordinal));
                    break;
                case "link":
                    File.CreateSymbolicLink(_machine.At(words[1]), words[2]);
                    break;
                case "remove":
                    File.Delete(_machine.At(words[1]));
                    break;
                case "set":
                    _machine.Variables[words[1]] = words[2];
                    break;
                default:
                    throw new InvalidOperationException($"nobody makes {words[0]}");
            }
        }

        private void Run(List<string> words, StringBuilder output)
        {
            var run = words[0] switch
            {
                "firn" => CommandRun.Of(_machine.Surroundings, [.. words.Skip(1)]),
                "cat" => new CommandRun(0, File.ReadAllText(Current(words[1])), string.Empty),
                "ls" => new CommandRun(0, List(Current(words[1])), string.Empty),
                _ => throw new InvalidOperationException($"there is no {words[0]}"),
            };
            Append(output, string.Empty, run.Output);
            Append(output, "2> ", run.Error);
            if (run.ExitCode != 0)
            {
                output.Append("[exit ").Append(run.ExitCode).Append("]\n");
            }
        }

        private static string List(string folder) => !Directory.Exists(folder)
            ? "(nothing)\n"
            : string.Concat(Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(folder, file) + "\n").Order(StringComparer.Ordinal));

        private string Current(string path) => Path.Join(Path.IsPathRooted(path) ? string.Empty : _machine.Current, path);

        private void Append(StringBuilder output, string start, string text)
        {
            foreach (var (placeholder, value) in _places)
            {
                text = text.Replace(value, placeholder, StringComparison.Ordinal);
            }

            text = Times().Replace(text, "{time}");
            text = Identifiers().Replace(text, "{id}");
            text = Records().Replace(text, "$1$2{digest}");
            text = TimedFiles().Replace(text, "$1{digest}$2{digest}$3{size}");
            text = TimedRows().Replace(text, "$1 {size}  {digest}");
            text = Durations().Replace(text, "{duration}");
            if (text.Length > 0)
            {
                // Empty lines and those that look like commands stay told apart from the transcript's own.
                output.Append(string.Concat(text.TrimEnd('\n').Split('\n').Select(line => $"{start}{(line.Length == 0 || line[0] is '$' or '@' or '#' ? "\\" : string.Empty)}{line}\n")));
            }
        }

        /// <summary>Words of a shell: blanks part them, single quotes hold them together.</summary>
        private List<string> Words(string line)
        {
            var words = new List<string>();
            foreach (Match word in Word().Matches(line[2..]))
            {
                var text = word.Value.Replace("'", string.Empty, StringComparison.Ordinal);
                foreach (var (placeholder, value) in _places)
                {
                    text = text.Replace(placeholder, value, StringComparison.Ordinal);
                }

                words.Add(text);
            }

            return words;
        }

        [GeneratedRegex(@"(?:'[^']*'|[^\s'])+")]
        private static partial Regex Word();

        [GeneratedRegex(@"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")]
        private static partial Regex Times();

        // Digests of documents that hold a time; those of environments, bundles and files stay.
        [GeneratedRegex("(Record |\"(?:archive|capture|record|previous|digest|sum)\": \")sha256:[0-9a-f]{64}|(files/sha256/)[0-9a-f]{2}/[0-9a-f]{64}")]
        private static partial Regex Records();

        /// <summary>Documents of a run that hold a time, in a list of its files.</summary>
        [GeneratedRegex("(\"md5\": \")[0-9a-f]{32}(\",\\s+\"name\": \"(?:analysis|environment|run)\\.json\",\\s+\"sha256\": \")[0-9a-f]{64}(\",\\s+\"size\": )[0-9]+")]
        private static partial Regex TimedFiles();

        [GeneratedRegex(@"((?:analysis|environment|run)\.json) +[0-9.]+ [KM]?i?B  sha256:[0-9a-f]{64}")]
        private static partial Regex TimedRows();

        [GeneratedRegex("(?<= )[0-9]+\\.[0-9] s\\b|(?<=\"milliseconds\": )[0-9]+")]
        private static partial Regex Durations();

        [GeneratedRegex("\\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\\b|(?<=urn:uuid:)[0-9a-f-]+|(?<=\"uuid\": \"|/)[0-9a-f]{32}\\b")]
        private static partial Regex Identifiers();
    }
}
