using Firn.Analyses.Records;
using Firn.Common;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Analyses.Records;

public sealed class SecretArgumentsTests
{
    private static readonly string[] Tokens =
    [
        "ghp_abcdefghijklmnopqrstuvwxyz0123456789", "hf_abcdefghijklmnopqrstuvwxyz012345", "sk-proj-abcdefghijklmnopqrstuvwx",
        "AKIAIOSFODNN7EXAMPLE", "xoxb-123456789012-abcdefghij", "glpat-abcdefghijklmnopqrst",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P",
    ];

    [Theory]
    [InlineData("python t.py --api-key=1234", "python t.py --api-key=***", "--api-key")]
    [InlineData("python t.py --password hunter2 data.csv", "python t.py --password *** data.csv", "--password")]
    [InlineData("env TOKEN=abc DB_PASSWORD=x python t.py", "env TOKEN=*** DB_PASSWORD=*** python t.py", "TOKEN DB_PASSWORD")]
    [InlineData("t --secretKey=v --auth-token v2", "t --secretKey=*** --auth-token ***", "--secretKey --auth-token")]
    [InlineData("t model.api_key=v", "t model.api_key=***", "model.api_key")]
    [InlineData("git clone https://ana:pw@example.org/x.git", "git clone https://***@example.org/x.git", "URL")]
    [InlineData("curl https://h/f?a=1&token=abc", "curl https://h/f?a=1***", "URL")]
    [InlineData("t --credentials s3cr3t", "t --credentials ***", "--credentials")]
    public void Secret_is_masked_and_named(string command, string masked, string names)
    {
        var result = SecretArguments.Mask(command.Split(' '));

        Assert.Equal(masked, string.Join(' ', result.Arguments));
        Assert.Equal(names, string.Join(' ', result.Masked));
    }

    [Theory]
    [InlineData("python train.py --max-tokens 100 --pad-token [PAD] --tokenizer bert")]
    [InlineData("t --token-file /run/token --password-file x --credentials creds.json --private-key ~/.ssh/id_rsa")]
    [InlineData("t --password $PW TOKEN=${TOKEN} --no-password x")]
    [InlineData("t --author Ana --key-column id --monkey=1 --keyboard us --compass north")]
    [InlineData("git clone git@github.com:a/b.git ssh://git@host/x https://host/x?page=2")]
    [InlineData("python sk-learn.py eyJ hf_model ghp_")]
    public void Other_arguments_stay(string command)
    {
        var result = SecretArguments.Mask(command.Split(' '));

        Assert.Equal(command, string.Join(' ', result.Arguments));
        Assert.Empty(result.Masked);
    }

    [Theory]
    [InlineData("curl -H 'Authorization: Bearer abc' https://h/", "curl -H 'Authorization: ***' https://h/")]
    [InlineData("export TOKEN='a b c'; python t.py", "export TOKEN='***'; python t.py")]
    [InlineData("python t.py --password \"a b\" && echo done", "python t.py --password \"***\" && echo done")]
    [InlineData("API_KEY=abc python t.py | tee log", "API_KEY=*** python t.py | tee log")]
    [InlineData("python t.py --password $PW > out", "python t.py --password $PW > out")]
    [InlineData("wget https://u:p@h/x; ls", "wget https://***@h/x; ls")]
    public void Text_for_a_shell_is_masked(string text, string masked) =>
        Assert.Equal(masked, SecretArguments.Mask(["sh", "-c", text]).Arguments[2]);

    [Fact]
    public void Header_as_an_argument_is_masked()
    {
        var result = SecretArguments.Mask(["curl", "-H", "X-Api-Key: 12 34", "-H", "Accept: text/html"]);

        Assert.Equal(["curl", "-H", "X-Api-Key: ***", "-H", "Accept: text/html"], result.Arguments);
    }

    [Fact]
    public void Known_tokens_are_masked_wherever_they_stand()
    {
        foreach (var token in Tokens)
        {
            Assert.Equal("--x=***", SecretArguments.Mask([$"--x={token}"]).Arguments[0]);
            Assert.Equal("run *** now", SecretArguments.Mask(["sh", "-c", $"run {token} now"]).Arguments[2]);
        }
    }

    [Fact]
    public void Filled_command_is_the_one_that_was_masked()
    {
        string[] command = ["t", "--api-key=1", "--api-key", "2", "https://u:p@h/", "x"];
        var masked = SecretArguments.Mask(command);
        var execution = Of(masked);
        var user = With(("FIRN_SECRET_API_KEY", "1"), ("FIRN_SECRET_API_KEY_2", "2"), ("FIRN_SECRET_URL", "u:p"));

        Assert.Equal(command, SecretArguments.Fill(execution, user));
    }

    [Fact]
    public void Command_does_not_run_with_a_mask()
    {
        var execution = Of(SecretArguments.Mask(["t", "--api-key=1", "--password", "x"]));

        var failure = Assert.Throws<FirnException>(() => SecretArguments.Fill(execution, With(("FIRN_SECRET_API_KEY", "1"))));

        Assert.Contains("--password", failure.Message, StringComparison.Ordinal);
        Assert.Contains("FIRN_SECRET_PASSWORD", failure.Hint, StringComparison.Ordinal);
        Assert.DoesNotContain("FIRN_SECRET_API_KEY", failure.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_command_is_masked_once() => Prop.ForAll<string[]>(command =>
    {
        string[] words = [.. command.Select(word => word ?? string.Empty)];
        var once = SecretArguments.Mask(words).Arguments;

        Assert.Equal(words.Length, once.Count);
        Assert.Equal(once, SecretArguments.Mask([.. once]).Arguments);
    }).QuickCheckThrowOnFailure();

    private static Execution Of(MaskedCommand command) => new()
    {
        Subject = "s",
        Name = "a",
        Command = [.. command.Arguments],
        MaskedArguments = [.. command.Masked],
        WorkingDirectory = ".",
        Started = DateTimeOffset.UnixEpoch,
        Ended = DateTimeOffset.UnixEpoch,
        ExitCode = 0,
    };

    private static Surroundings With(params (string Name, string Value)[] variables) => new()
    {
        Variables = variables.ToDictionary(variable => variable.Name, variable => variable.Value, StringComparer.Ordinal),
        HomeDirectory = "/",
        CurrentDirectory = "/",
    };
}
