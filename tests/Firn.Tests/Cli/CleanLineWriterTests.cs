using Firn.Cli.Output;
using Firn.Common;
using Firn.Storage.Records;
using Firn.Storage.Results;
using Firn.Tests.Storage.Checks;

namespace Firn.Tests.Cli;

/// <summary>Names and logs of other people in lines for people: a terminal obeys none of them.</summary>
public sealed class CleanLineWriterTests
{
    [Theory]
    [InlineData("\u001b[2J\u001b]0;title\u0007", "?[2J?]0;title?")]
    [InlineData("a\rb\nc\td", "a?b?c?d")]
    [InlineData("\u009b31m\u007f", "?31m?")]
    [InlineData("txt.\u202eexe\u2066", "txt.?exe?")]
    [InlineData("Grüße 你好 🧪", "Grüße 你好 🧪")]
    public void Lines_hold_no_control_characters_and_documents_stay_as_they_are(string text, string line)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        using var console = new CommandConsole(output, error);

        console.Output.WriteLine(text);
        console.Error.WriteLine($"error: {text}");
        console.Output.Write(text);

        Assert.Equal($"{line}\n{text}", output.ToString());
        Assert.Equal($"error: {line}\n", error.ToString());
    }

    [Theory]
    [InlineData("results", "show", "GW150914/Prod0")]
    [InlineData("results", "fetch", "GW150914/Prod0", "-o", "fetched")]
    [InlineData("show", "GW150914/Prod0")]
    [InlineData("results", "list")]
    [InlineData("store", "check")]
    [InlineData("store", "repair")]
    public void Names_in_a_store_reach_no_terminal(params string[] arguments)
    {
        const string evil = "plot\u001b[31m\u009b.png";
        using var store = new SampleStore();
        var draft = new RunRecord { Subject = "GW150914", Name = "Prod0", Number = 0, Created = DateTimeOffset.UnixEpoch, Status = RunStatus.Succeeded };
        new ResultAdder(store.Store, TimeProvider.System).Add(
            draft, [ResultSource.OfBytes(evil, "x"u8.ToArray())], [], static _ => [], static _ => { }, CancellationToken.None);
        store.Folder.Write($"store/{evil}", "foreign");
        Directory.CreateDirectory(store.Folder["work"]);

        var run = CommandRun.Of(
            new SystemContext
            {
                Variables = new Dictionary<string, string> { ["FIRN_STORE"] = store.Store.Path },
                HomeDirectory = store.Folder["home"],
                CurrentDirectory = store.Folder["work"],
            },
            arguments);

        Assert.DoesNotContain(run.Output + run.Error, character => char.IsControl(character) && character != '\n');
    }
}
