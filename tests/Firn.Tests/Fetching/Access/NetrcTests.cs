using System.Text.Json;
using Firn.Fetching.Access;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Fetching.Access;

public sealed class NetrcTests
{
    private const string Python = "/root/.pyenv/versions/3.13.0/bin/python3";

    private static readonly string[] Pieces =
    [
        "machine", "default", "login", "user", "password", "account", "macdef", "host.org", "a", "\"b c\"", "\"", "\\", "#",
        "#x", " ", " ", " ", "\n", "\n", "\n\n", "\r\n", "\r", "\t", "é", "\f", "\\\"", "\"\"", "\u2028",
    ];

    [Fact]
    public void Find_takes_the_last_entry_of_the_host()
    {
        var netrc = Netrc.Parse("machine h login a password b\nmachine H login c password d\ndefault login e");

        Assert.Equal(new NetrcEntry("H", "c", "", "d"), netrc.Find("h", isDefault: false));
        Assert.Null(netrc.Find("x", isDefault: false));
        Assert.Equal("e", netrc.Find("x", isDefault: true)!.Login);
    }

    [Fact]
    public void Problems_hold_no_word_of_the_file() =>
        Assert.Equal("line 2: an unknown word in a machine's entry", Netrc.Parse("machine h\nlogin a s3cret b").Problem);

    [SkippableTheory]
    [InlineData("machine")]
    [InlineData("machine h login")]
    [InlineData("macdef x\nline\n")]
    [InlineData("machine h login a # comment\npassword b")]
    [InlineData("machine h login a #comment word password b")]
    [InlineData("machine h\n# comment\nlogin a")]
    [InlineData("# machine x login y\nmachine h login a")]
    [InlineData("machine h login a password \"with \\\" quote\" account c")]
    [InlineData("macdef init\ncd x\nput y\n\nmachine h login a")]
    [InlineData("\ufeffmachine h login a")]
    [InlineData("machine \"\" login a")]
    [InlineData("machine h password pass#word login \\#a")]
    public void Parse_agrees_with_Pythons_netrc(string text) => AssertSame([text]);

    [SkippableFact]
    public void Parse_agrees_with_Pythons_netrc_on_random_files()
    {
        var random = new Random(7);
        AssertSame([.. Enumerable.Range(0, 3000).Select(_ => RandomFile(random))]);
    }

    [Fact]
    public void Parse_takes_any_text() =>
        Prop.ForAll<string>(text => Netrc.Parse(text ?? string.Empty)).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    private static string RandomFile(Random random)
    {
        var text = new System.Text.StringBuilder();
        if (random.Next(3) > 0)
        {
            text.Append("machine ").Append(Pieces[random.Next(7, 10)]).Append(' ');
        }

        for (var i = random.Next(12); i > 0; i--)
        {
            text.Append(Pieces[random.Next(Pieces.Length)]).Append(random.Next(2) == 0 ? " " : string.Empty);
        }

        return text.ToString();
    }

    /// <summary>Python's module reads the same files, and both give the same entries or both fail.</summary>
    private static void AssertSame(string[] texts)
    {
        Part.Require(Python);
        using var folder = new TemporaryFolder();
        var input = folder.Write("texts.json", JsonSerializer.Serialize(texts));
        var script = folder.Write("read.py", """
            import io, json, netrc, sys
            for text in json.load(open(sys.argv[1], encoding="utf-8")):
                path = sys.argv[1] + ".netrc"
                open(path, "w", encoding="utf-8", newline="").write(text)
                try:
                    print(json.dumps(netrc.netrc(path).hosts))
                except netrc.NetrcParseError:
                    print("null")
            """);
        var answers = Part.Run(Python, script, input).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(texts.Length, answers.Length);
        var entries = 0;
        foreach (var (text, answer) in texts.Zip(answers))
        {
            var expected = JsonSerializer.Deserialize<Dictionary<string, string[]>>(answer);
            var netrc = Netrc.Parse(text);
            var actual = new Dictionary<string, string[]>(StringComparer.Ordinal);
            foreach (var entry in netrc.Entries)
            {
                actual[entry.Machine] = [entry.Login, entry.Account, entry.Password];
                entries++;
            }

            Assert.True(
                JsonSerializer.Serialize(expected) == (netrc.Problem is null ? JsonSerializer.Serialize(actual) : "null"),
                $"{JsonSerializer.Serialize(text)}: Python {answer}, Firn {netrc.Problem}{JsonSerializer.Serialize(actual)}");
        }

        Assert.True(texts.Length == 1 || entries > 100, "too few files mean anything");
    }
}
