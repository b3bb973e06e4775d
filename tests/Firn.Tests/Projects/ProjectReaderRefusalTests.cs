using System.Diagnostics;
using System.Text;
using Firn.Common;
using Firn.Projects;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Projects;

/// <summary>What is wrong in <c>firn.yaml</c> is told with line and column, and with what to do.</summary>
public sealed class ProjectReaderRefusalTests
{
    private static readonly string[] Pieces =
    [
        "name", "environment", "analyses", "variables", "command", "needs", "threads", "archive", "a/b", "a/c", "linux",
        "prefix", ": ", ":\n  ", ":\n    ", "\n", "\n- ", "- ", "{", "}", "[", "]", ", ", "&a ", "*a", "!!int ", "|\n  ", "'",
        "\"", "\\", "#", "\t", "~", "true", "1", "null", "---\n", "...\n", "%YAML 1.1\n", "<<", "? ", "\0", "\ud800", "ü",
    ];

    [Theory]
    [InlineData("nmae: x", "1:1: firn.yaml has no key 'nmae'", "did you mean name?")]
    [InlineData("zzzzzz: x", "1:1: firn.yaml has no key 'zzzzzz'", "it takes name, environment")]
    [InlineData("name: x\nname: y", "2:1: 'name' is there already, in line 1", "keep one")]
    [InlineData("name: [x]", "1:7: name is a list, not text", "")]
    [InlineData("name:", "1:6: name is nothing, not text", "")]
    [InlineData("name: ''", "1:7: name is empty", "")]
    [InlineData("name: \"a\\nb\"", "1:7: name holds a control character", "")]
    [InlineData("- a", "1:1: firn.yaml is a list, not a mapping", "")]
    [InlineData("text", "1:1: firn.yaml is text, not a mapping", "")]
    [InlineData("{a: 1}: x", "1:1: a key is not text", "")]
    [InlineData("name: a: b", "1:8: ", "indentation")]
    [InlineData("name: 'a", "1:7: ", "quotes")]
    [InlineData("a: 1\n---\nb: 1", "2:1: a second document begins", "")]
    [InlineData("name: *n", "1:7: there is no anchor &n before *n", "write &n before")]
    [InlineData("variables: {<<: [x]}", "1:18: << merges mappings, and this is text", "")]
    [InlineData("name: !!python/object x", "1:7: the tag ", "")]
    [InlineData("threads: 0", "1:10: threads is '0', not a whole number from 1", "")]
    [InlineData("threads: -1", "1:10: threads is '-1'", "")]
    [InlineData("threads: two", "1:10: threads is 'two'", "")]
    [InlineData("threads: \"2\"", "1:10: threads is '2'", "")]
    [InlineData("threads: 1000000", "1:10: threads is '1000000'", "")]
    [InlineData("archive: yes", "1:10: archive is 'yes'", "true or false")]
    [InlineData("archive: {all: true}", "1:11: archive has no key 'all'", "it takes interpreter")]
    [InlineData("archive:\n  interpreter: [1]", "2:16: interpreter is a list", "true or false")]
    [InlineData("environment: {}", "1:14: environment names 0 environments", "prefix, python, conda, capture")]
    [InlineData("environment: {prefix: a, conda: b}", "1:14: environment names 2 environments", "")]
    [InlineData("environment: {conda_name: b}", "1:15: environment has no key 'conda_name'", "it takes prefix")]
    [InlineData("environment: {prefx: b}", "1:15: environment has no key 'prefx'", "did you mean prefix?")]
    [InlineData("environment: {linux: a, mcos: b}", "1:25: environment has no key 'mcos'", "did you mean macos?")]
    [InlineData("environment: {macos: a}", "1:14: environment has none for linux", "add linux:")]
    [InlineData("environment: {linux: a, macos: {prefix: []}}", "1:41: prefix is a list, not text", "")]
    [InlineData("pythonpath: {a: b}", "1:13: pythonpath is a mapping, not a text or a list", "")]
    [InlineData("pythonpath: [[a]]", "1:14: an entry of pythonpath is a list, not text", "")]
    [InlineData("pythonpath: src:lib", "1:13: a folder of pythonpath holds ':'", "as a list")]
    [InlineData("variables: [A=1]", "1:12: variables is a list, not a mapping", "")]
    [InlineData("variables: {A: [1]}", "1:16: the variable A is a list, not text", "")]
    [InlineData("variables: {A-B: 1}", "1:13: 'A-B' is not a name of a variable", "")]
    [InlineData("variables: {1A: 1}", "1:13: '1A' is not a name of a variable", "")]
    [InlineData("variables: {PYTHONPATH: src}", "1:13: PYTHONPATH is set by firn itself", "pythonpath")]
    [InlineData("variables: {PATH: src}", "1:13: PATH is set by firn itself", "command")]
    [InlineData("variables: {CONDA_PREFIX: a}", "1:13: CONDA_PREFIX is set by firn itself", "environment")]
    [InlineData("variables: {FIRN_STORE: a}", "1:13: FIRN_STORE is set by firn itself", "")]
    [InlineData("analyses: x", "1:11: analyses is text, not a mapping", "")]
    [InlineData("analyses: {train: {command: x}}", "1:12: the analysis 'train' has no subject", "SUBJECT/NAME, for example p/train")]
    [InlineData("analyses: {/train: {command: x}}", "1:12: the analysis '/train' has no subject", "p/train")]
    [InlineData("analyses: {a/b/c: {command: x}}", "1:12: 'b/c' holds a /", "")]
    [InlineData("analyses: {a/b@1: {command: x}}", "1:12: 'b@1' holds an @", "run")]
    [InlineData("analyses: {\"a/\\x01\": {command: x}}", "1:12: the name", "")]
    [InlineData("analyses: {a/b: x}", "1:17: the analysis a/b is text, not a mapping", "")]
    [InlineData("analyses: {a/b: {}}", "1:12: the analysis a/b has no command", "write command")]
    [InlineData("analyses: {a/b: {comand: x}}", "1:18: the analysis a/b has no key 'comand'", "did you mean command?")]
    [InlineData("analyses: {a/b: {command: ''}}", "1:27: command is empty", "")]
    [InlineData("analyses: {a/b: {command: '  '}}", "1:27: command is empty", "")]
    [InlineData("analyses: {a/b: {command: []}}", "1:27: command is empty", "")]
    [InlineData("analyses: {a/b: {command: ['']}}", "1:28: the program is empty", "")]
    [InlineData("analyses: {a/b: {command: {a: b}}}", "1:27: command is a mapping, not text", "")]
    [InlineData("analyses: [{name: a, command: x}]", "1:12: an analysis has no subject", "")]
    [InlineData("analyses: [{subject: a, command: x}]", "1:12: an analysis has no name", "")]
    [InlineData("analyses: [{subject: a/b, name: c, command: x}]", "1:22: 'a/b' holds a /", "")]
    [InlineData("analyses:\n- {subject: a, name: b, command: x}\n- {subject: a, name: b, command: x}",
        "3:1: the analysis a/b is there already, in line 2", "another name")]
    [InlineData("analyses: {a/b: {command: x, outputs: [/tmp/x]}}", "1:40: the output /tmp/x leads out of the project", "")]
    [InlineData("analyses: {a/b: {command: x, outputs: [a/../../x]}}", "1:40: the output a/../../x leads out", "")]
    [InlineData("analyses: {a/b: {command: x, outputs: ['./../*.csv']}}", "1:40: the output ./../*.csv leads out", "")]
    [InlineData("analyses: {a/b: {command: x, outputs: ['~/x']}}", "1:40: the output ~/x leads out", "")]
    [InlineData("analyses: {a/b: {command: x, outputs: .firn/x}}", "1:39: the output .firn/x lies in firn's own folder", "")]
    [InlineData("analyses: {a/b: {command: x, inputs: [{a: b}]}}", "1:39: an entry of inputs is a mapping, not text", "")]
    [InlineData("analyses: {a/train: {command: x}, a/b: {command: x, needs: [trian]}}",
        "1:61: a/b needs a/trian, which is not an analysis", "did you mean a/train?")]
    [InlineData("analyses: {a/b: {command: x, needs: b}}", "1:37: the needs go in a circle: a/b -> a/b", "")]
    [InlineData("analyses:\n  a/a: {command: x, needs: b}\n  a/b: {command: x, needs: c}\n  a/c: {command: x, needs: b}",
        ": the needs go in a circle: a/b -> a/c -> a/b", "take one of them out")]
    public void What_is_wrong_is_told_with_its_place(string text, string message, string hint)
    {
        var failure = Assert.Throws<FirnException>(() => Read(text));

        Assert.StartsWith("firn.yaml:", failure.Message, StringComparison.Ordinal);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
        Assert.Contains(hint, failure.Hint.ToString(), StringComparison.Ordinal);
        Assert.NotEmpty(failure.Hint.ToString());
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Fact]
    public void Inputs_may_lead_anywhere() => Assert.Equal<string>(
        ["/srv/data/*.csv", "../shared/x.csv", "~/x"],
        Read("analyses: {a/b: {command: x, inputs: [/srv/data/*.csv, ../shared/x.csv, ~/x]}}").Analyses[0].Inputs);

    [Fact]
    public void Deep_nesting_and_bombs_end_at_once()
    {
        var clock = Stopwatch.StartNew();
        var bomb = new StringBuilder("a: &a [x, x, x, x, x, x, x, x, x]\n");
        for (var c = 'b'; c <= 'z'; c++)
        {
            bomb.Append($"{c}: &{c} [*{(char)(c - 1)}, *{(char)(c - 1)}, *{(char)(c - 1)}, *{(char)(c - 1)}]\n");
        }

        Assert.Throws<FirnException>(() => Read(bomb.ToString()));
        Assert.Throws<FirnException>(() => Read($"name: {new string('[', 200_000)}"));
        Assert.Throws<FirnException>(() => Read($"name: {string.Concat(Enumerable.Repeat("{a: ", 50_000))}"));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), clock.Elapsed.ToString());
    }

    [Fact]
    public void Long_chain_of_needs_is_no_circle_and_needs_no_stack()
    {
        var text = new StringBuilder("analyses:\n  a/0: {command: x}\n");
        for (var i = 1; i < 5_000; i++)
        {
            text.Append($"  a/{i}: {{command: x, needs: {i - 1}}}\n");
        }

        Assert.Equal(5_000, Read(text.ToString()).Analyses.Length);
    }

    [Fact]
    public void Any_text_is_a_project_or_a_failure_that_is_told()
    {
        var texts = Gen.Elements(Pieces).ArrayOf().Select(string.Concat).ToArbitrary();

        Prop.ForAll(texts, text =>
        {
            try
            {
                Read(text);
                return true;
            }
            catch (FirnException failure)
            {
                return failure.Message.StartsWith("firn.yaml:", StringComparison.Ordinal) && failure.Hint.ToString().Length > 0;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3_000));
    }

    private static Project Read(string text) => ProjectReader.ReadText(text, "/home/me/p", ProjectPlatform.Linux);
}
