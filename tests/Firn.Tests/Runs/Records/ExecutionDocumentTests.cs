using System.Text;
using System.Text.Json.Nodes;
using Firn.Common;
using Firn.Runs.Records;

namespace Firn.Tests.Runs.Records;

public sealed class ExecutionDocumentTests
{
    private static byte[] Shipped => File.ReadAllBytes(
        Path.Join(RepositoryFolder.Path, "tests", "Firn.Tests", "fixtures", "documents", "execution-1.json"));

    [Fact]
    public void Version_1_reads_and_is_written_as_it_was()
    {
        var execution = ExecutionReader.Read(Shipped, "run.json");

        Assert.Equal(Encoding.UTF8.GetString(Shipped), Encoding.UTF8.GetString(ExecutionWriter.Write(execution)));
        Assert.Equal("sh -c python depth.py data/snow.csv", string.Join(' ', execution.Command));
        Assert.Equal((0, 2, 107), (execution.ExitCode, execution.Threads!.Value, (execution.Ended - execution.Started).Milliseconds));
        Assert.Equal("data/snow.csv", Assert.Single(execution.Inputs).Path);
        Assert.Equal("https://example.org/snow.git", execution.Code!.Remote);
        Assert.True(execution.Code.HasPatch);
        Assert.Null(execution.Variables["TZ"]);
        Assert.Equal("summary.txt", Assert.Single(execution.MissingOutputs));
    }

    [Fact]
    public void Undeclared_inputs_stay_something_else_than_none()
    {
        var execution = ExecutionReader.Read(Shipped, "run.json");

        Assert.True(Again(execution with { Inputs = default }).Inputs.IsDefault);
        Assert.Empty(Again(execution with { Inputs = [] }).Inputs);
    }

    [Theory]
    [InlineData("GITHUB_TOKEN", "x", "***")]
    [InlineData("AWS_SECRET_ACCESS_KEY", "x", "***")]
    [InlineData("db_password", "x", "***")]
    [InlineData("PYTHONHASHSEED", "0", "0")]
    [InlineData("PIP_INDEX_URL", "https://ana:secret@example.org/simple", "***")]
    public void Secrets_reach_no_document(string name, string value, string kept)
    {
        var execution = ExecutionReader.Read(Shipped, "run.json");

        var again = Again(execution with { Variables = execution.Variables.SetItem(name, value), Command = ["x", "https://u:p@h/"] });

        Assert.Equal(kept, again.Variables[name]);
        Assert.Equal("https://***@h/", again.Command[1]);
        Assert.Equal("URL", Assert.Single(again.MaskedArguments));
    }

    [Theory]
    [InlineData("""{"schema":"firn.execution/2"}""", "use a newer firn")]
    [InlineData("""{"schema":"firn.execution/1"}""", "firn store check")]
    [InlineData("[]", "use a newer firn")]
    [InlineData("{", "firn store check")]
    public void What_is_no_such_document_is_refused(string text, string hint)
    {
        var failure = Assert.Throws<FirnException>(() => ExecutionReader.Read(Encoding.UTF8.GetBytes(text), "run.json"));

        Assert.Contains(hint, failure.Hint.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_document_reads_or_is_refused()
    {
        var random = new Random(5);
        for (var i = 0; i < 1000; i++)
        {
            var bytes = Shipped;
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                ExecutionReader.Read(bytes, "run.json");
            }
            catch (FirnException)
            {
                // Refused, and with a hint.
            }
        }
    }

    [Theory]
    [InlineData("command", "[]")]
    [InlineData("command", "[\"\"]")]
    [InlineData("command", "\"sh\"")]
    [InlineData("command", "[\"sh\", 7]")]
    [InlineData("command", "[\"sh\\u0000x\"]")]
    [InlineData("command", "[\"\\ud800\"]")]
    [InlineData("working_directory", "\"../..\"")]
    [InlineData("working_directory", "\"/a/../b\"")]
    [InlineData("project_folder", "\"relative\"")]
    [InlineData("project_folder", "\"/a//b\"")]
    [InlineData("started", "\"9999-12-31T23:59:59.9999999+00:00\"")]
    [InlineData("started", "\"never\"")]
    [InlineData("exit_code", "1e99")]
    [InlineData("exit_code", "-1")]
    [InlineData("variables", "{\"A=B\": \"x\"}")]
    [InlineData("variables", "{\"\": \"x\"}")]
    [InlineData("variables", "{\"A\": \"x\\u0000\"}")]
    [InlineData("inputs", "[{\"path\": \"../../etc/passwd\"}]")]
    [InlineData("outputs", "[{\"path\": \"a/../../b\"}]")]
    [InlineData("outputs", "[{\"path\": \"\"}]")]
    [InlineData("code", "{\"folder\": \"../../home\"}")]
    [InlineData("code", "{\"folder\": \"/home\"}")]
    [InlineData("code", "{\"commit\": \"--upload-pack=x\"}")]
    [InlineData("code", "{\"commit\": \"HEAD\"}")]
    public void Hostile_field_is_refused_in_one_line(string name, string value)
    {
        var document = JsonNode.Parse(Shipped)!.AsObject();
        document[name] = JsonNode.Parse("0");
        // As text: what a writer of JSON would mend must arrive as it is.
        var text = document.ToJsonString().Replace($"\"{name}\":0", $"\"{name}\":{value}", StringComparison.Ordinal);

        var failure = Assert.Throws<FirnException>(() => ExecutionReader.Read(Encoding.UTF8.GetBytes(text), "run.json"));

        Assert.Contains("is damaged", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Fact]
    public void Any_value_in_any_place_reads_or_is_refused()
    {
        string[] values =
        [
            "null", "true", "-1", "1e400", "99999999999999999999", "\"\"", "\"..\"", "\"/\"", "\"\\u0000\"", "\"\\u001b[2J\"", "[]", "{}",
            "[[[[[]]]]]", "{\"a\":{\"a\":{}}}", "\"9999-12-31T23:59:59+00:00\"", "\"\\ud800\"", new string('[', 100) + new string(']', 100),
        ];
        var count = Paths(JsonNode.Parse(Shipped)!).Count();
        for (var at = 0; at < count; at++)
        {
            foreach (var value in values)
            {
                var document = JsonNode.Parse(Shipped)!;
                Paths(document).ElementAt(at)("HERE");
                var text = document.ToJsonString().Replace("\"HERE\"", value, StringComparison.Ordinal);
                try
                {
                    var execution = ExecutionReader.Read(Encoding.UTF8.GetBytes(text), "run.json");

                    Assert.NotEmpty(execution.Command[0]);
                    Assert.All(execution.Outputs, output => Assert.DoesNotContain("..", output.Path.Split('/')));
                    Assert.DoesNotContain("..", (execution.Code?.Folder ?? ".").Split('/'));
                }
                catch (FirnException)
                {
                    // Refused, and with a hint.
                }
            }
        }
    }

    /// <summary>For each value of a document what puts a text in its place.</summary>
    private static IEnumerable<Action<string>> Paths(JsonNode node)
    {
        if (node is JsonObject members)
        {
            foreach (var name in members.Select(static member => member.Key).ToArray())
            {
                yield return text => members[name] = text;
                foreach (var inner in members[name] is { } value ? Paths(value) : [])
                {
                    yield return inner;
                }
            }
        }
        else if (node is JsonArray items)
        {
            for (var i = 0; i < items.Count; i++)
            {
                var at = i;
                yield return text => items[at] = text;
                foreach (var inner in items[at] is { } value ? Paths(value) : [])
                {
                    yield return inner;
                }
            }
        }
    }

    private static Execution Again(Execution execution) => ExecutionReader.Read(ExecutionWriter.Write(execution), "run.json");
}
