using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Firn.Tests.Cli;

namespace Firn.Tests.Transcripts;

/// <summary>Every command and every document that needs no process, on a made-up machine.</summary>
public sealed partial class TranscriptTests : IDisposable
{
    private static readonly string Folder = Path.Join(RepositoryFolder.Path, "tests", "Firn.Tests", "Transcripts");

    // Always as long: the sizes of documents hang on it.
    private readonly CommandMachine _machine = new($"/tmp/firn-session-{Guid.NewGuid():N}"[..24]);

    public static TheoryData<string> Sessions =>
        [.. Directory.GetFiles(Folder, "*.txt").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    public void Dispose() => _machine.Dispose();

    [SkippableTheory]
    [MemberData(nameof(Sessions))]
    public void A_session_is_what_it_was(string name)
    {
        Skip.IfNot(RuntimeInformation.RuntimeIdentifier == "linux-x64", "the transcripts are of Linux on x86-64");
        _machine.Variables["FIRN_STORE"] = _machine.At("store");
        _machine.Variables["FIRN_CACHE"] = _machine.At("cache");
        _machine.Variables["FIRN_ENVIRONMENTS"] = _machine.At("environments");
        _machine.Variables["HOME"] = _machine.At("home");
        var places = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["{root}"] = _machine.At(string.Empty).TrimEnd('/'),
            ["{kernel}"] = Environment.OSVersion.Version.ToString(),
        };

        new Transcript(places, line => Make(Words(line)), line => Run(Words(line))).Check(Path.Join(Folder, name + ".txt"));
    }

    [Fact]
    public void Every_command_has_a_session()
    {
        var sessions = string.Concat(Directory.GetFiles(Folder, "*.txt").Select(File.ReadAllText));
        var help = CommandRun.Of(_machine.SystemContext, "--help").Output;
        var commands = CommandRow().Matches(help.Split("Commands:")[1].Split("Example:")[0]).Select(row => row.Groups[1].Value).ToList();

        Assert.True(commands.Count > 10, help);
        Assert.All(commands, command => Assert.Contains($"\n$ firn {command}", sessions, StringComparison.Ordinal));
    }

    private void Make(List<string> words)
    {
        var content = words[^1].Replace("\\n", "\n", StringComparison.Ordinal);
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
                File.WriteAllText(_machine.At(words[1]), content);
                break;
            case "append":
                File.AppendAllText(_machine.At(words[1]), content);
                break;
            default:
                throw new InvalidOperationException($"nobody makes {words[0]}");
        }
    }

    private (string Output, string Error, int ExitCode) Run(List<string> words)
    {
        switch (words[0])
        {
            case "firn":
                var run = CommandRun.Of(_machine.SystemContext, [.. words.Skip(1)]);
                return (run.Output, run.Error, run.ExitCode);
            case "cat":
                return (File.ReadAllText(Path.Join(_machine.Current, words[1])), string.Empty, 0);
            case "ls":
                var folder = Path.IsPathRooted(words[1]) ? words[1] : Path.Join(_machine.Current, words[1]);
                return (string.Concat(Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
                    .Select(file => Path.GetRelativePath(folder, file) + "\n").Order(StringComparer.Ordinal)), string.Empty, 0);
            default:
                throw new InvalidOperationException($"there is no {words[0]}");
        }
    }

    /// <summary>Words of a shell: blanks part them, single quotes hold them together.</summary>
    private static List<string> Words(string line) =>
        [.. Word().Matches(line).Select(word => word.Value.Replace("'", string.Empty, StringComparison.Ordinal))];

    [GeneratedRegex(@"^  ([a-z]+)\b", RegexOptions.Multiline)]
    private static partial Regex CommandRow();

    [GeneratedRegex(@"(?:'[^']*'|[^\s'])+")]
    private static partial Regex Word();
}
