using System.Text;
using Firn.Analyses.Records;
using Firn.Common;

namespace Firn.Tests.Analyses.Records;

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
    [InlineData("PIP_INDEX_URL", "https://ana:secret@example.org/simple", "https://example.org/simple")]
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

        Assert.Contains(hint, failure.Hint, StringComparison.Ordinal);
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

    private static Execution Again(Execution execution) => ExecutionReader.Read(ExecutionWriter.Write(execution), "run.json");
}
