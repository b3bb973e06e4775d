using Firn.Common;
using Firn.Runs.Records;
using Firn.Runs.Secrets;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Runs.Secrets;

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
    [InlineData("mysql -u ana -phunter2 study", "mysql -u ana -p*** study", "-p")]
    [InlineData("env A=1 /usr/bin/mysqldump -phunter2 -p", "env A=1 /usr/bin/mysqldump -p*** -p", "-p")]
    [InlineData("sshpass -p hunter2 ssh -p 2222 ana@host", "sshpass -p *** ssh -p 2222 ana@host", "-p")]
    [InlineData("sudo -u ana sshpass -phunter2 scp a b", "sudo -u ana sshpass -p*** scp a b", "-p")]
    [InlineData("docker login -u ana -p hunter2 ghcr.io", "docker login -u ana -p *** ghcr.io", "-p")]
    [InlineData("docker exec db mysql -phunter2", "docker exec db mysql -p***", "-p")]
    [InlineData("mongosh --port 27017 -u a -p -x", "mongosh --port 27017 -u a -p ***", "-p")]
    [InlineData("curl -u root:hunter2 h", "curl -u root:*** h", "-u")]
    [InlineData("curl -uroot:hun:ter2 h", "curl -uroot:*** h", "-u")]
    [InlineData("curl -sSu root:hunter2 --proxy-user=a:b h", "curl -sSu root:*** --proxy-user=a:*** h", "-u --proxy-user")]
    [InlineData("http -a ana:hunter2 GET h", "http -a ana:*** GET h", "-a")]
    [InlineData("redis-cli -h host -a hunter2", "redis-cli -h host -a ***", "-a")]
    [InlineData("unzip -P hunter2 x.zip", "unzip -P *** x.zip", "-P")]
    [InlineData("7z x -phunter2 x.7z", "7z x -p*** x.7z", "-p")]
    [InlineData("openssl enc -d -passin pass:hunter2 -k k", "openssl enc -d -passin *** -k ***", "-passin -k")]
    [InlineData("smbclient -U ana%hunter2 //h/s", "smbclient -U ana%*** //h/s", "-U")]
    [InlineData("curl h/f?a=1&access_token=abc", "curl h/f?a=1***", "URL")]
    [InlineData("curl -d user=ana&password=abc h", "curl -d user=ana*** h", "URL")]
    [InlineData("curl https://h/f?X-Amz-Signature=abc", "curl https://h/f***", "URL")]
    public void Short_option_of_a_program_is_masked(string command, string masked, string names) =>
        Secret_is_masked_and_named(command, masked, names);

    [Theory]
    [InlineData("mkdir -p path")]
    [InlineData("server -p 8080")]
    [InlineData("make -p 4 mysql")]
    [InlineData("docker run -p 8080:80 -u 1000:1000 mysql")]
    [InlineData("mysql -p study")]
    [InlineData("psql -p 5432 -U ana")]
    [InlineData("grep -P zip curl -u a:b")]
    [InlineData("rsync -P -u a:b c")]
    [InlineData("curl -u ana h")]
    [InlineData("sshpass -p $PW ssh h")]
    [InlineData("openssl rsa -passin env:PW -passout file:pw -in key")]
    [InlineData("ffmpeg -pass 1 -i x")]
    [InlineData("apptainer run --pwd /work x.sif")]
    [InlineData("t host:token:3 image/auth:8080")]
    [InlineData("t --password= x")]
    public void Same_option_elsewhere_stays(string command) => Other_arguments_stay(command);

    [Theory]
    [InlineData("curl -H 'Authorization: Bearer abc' https://h/", "curl -H 'Authorization: ***' https://h/")]
    [InlineData("export TOKEN='a b c'; python t.py", "export TOKEN='***'; python t.py")]
    [InlineData("python t.py --password \"a b\" && echo done", "python t.py --password \"***\" && echo done")]
    [InlineData("API_KEY=abc python t.py | tee log", "API_KEY=*** python t.py | tee log")]
    [InlineData("python t.py --password $PW > out", "python t.py --password $PW > out")]
    [InlineData("wget https://u:p@h/x; ls", "wget https://***@h/x; ls")]
    [InlineData("PGPASSWORD=abc psql -p 5432 x", "PGPASSWORD=*** psql -p 5432 x")]
    [InlineData("mkdir -p a && mysql -p'a b' x; ls -p a", "mkdir -p a && mysql -p'***' x; ls -p a")]
    [InlineData("sshpass -p \"a b\" ssh h 'mysql -pabc'", "sshpass -p \"***\" ssh h 'mysql -p***'")]
    [InlineData("cat x | curl -u'ana:abc' h", "cat x | curl -u'ana:***' h")]
    [InlineData("curl -H'X-Api-Key: abc' --header=\"Authorization: Basic abc\" h", "curl -H'X-Api-Key: ***' --header=\"Authorization: ***\" h")]
    [InlineData("curl -H X-Auth-Token:abc -H \"Authorization: Bearer $TOKEN\" h", "curl -H X-Auth-Token:*** -H \"Authorization: Bearer $TOKEN\" h")]
    [InlineData("curl 'h/f?a=1&token=abc'", "curl 'h/f?a=1***'")]
    [InlineData("TOKEN= python t.py", "TOKEN= python t.py")]
    public void Text_for_a_shell_is_masked(string text, string masked) =>
        Assert.Equal(masked, SecretArguments.Mask(["sh", "-c", text]).Arguments[2]);

    [Fact]
    public void Header_as_an_argument_is_masked()
    {
        var result = SecretArguments.Mask(
            ["curl", "-H", "X-Api-Key: 12 34", "-H", "Accept: text/html", "-HAuthorization: Bearer a", "--header=Cookie: a=b", "-H", "Auth-Token:a"]);

        Assert.Equal(
            ["curl", "-H", "X-Api-Key: ***", "-H", "Accept: text/html", "-HAuthorization: ***", "--header=Cookie: ***", "-H", "Auth-Token:***"],
            result.Arguments);
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

        Assert.Equal(command, SecretRestorer.Fill(execution, user));
    }

    [Fact]
    public void Command_does_not_run_with_a_mask()
    {
        var execution = Of(SecretArguments.Mask(["t", "--api-key=1", "--password", "x"]));

        var failure = Assert.Throws<FirnException>(() => SecretRestorer.Fill(execution, With(("FIRN_SECRET_API_KEY", "1"))));

        Assert.Contains("--password", failure.Message, StringComparison.Ordinal);
        Assert.Contains("FIRN_SECRET_PASSWORD", failure.Hint.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("FIRN_SECRET_API_KEY", failure.Hint.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DB_PASSWORD", "hunter2")]
    [InlineData("MODEL", "hf_abcdefghijklmnopqrstuvwxyz012345")]
    [InlineData("INDEX", "https://ana:hunter2@example.org/simple")]
    public void Command_does_not_run_without_a_variable_that_was_masked(string name, string value)
    {
        var kept = SecretVariables.Kept(name, value);
        var execution = Of(SecretArguments.Mask(["t"])) with
        {
            Variables = System.Collections.Immutable.ImmutableSortedDictionary.Create<string, string?>(StringComparer.Ordinal).Add("A", "1").Add(name, kept),
        };

        var failure = Assert.Throws<FirnException>(() => SecretRestorer.Require(execution, With(("A", "1"))));

        Assert.Equal("***", kept);
        Assert.EndsWith($"not kept: {name}", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"set the variable {name} and", failure.Hint.ToString(), StringComparison.Ordinal);
        SecretRestorer.Require(execution, With((name, value)));
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

    private static SystemContext With(params (string Name, string Value)[] variables) => new()
    {
        Variables = variables.ToDictionary(variable => variable.Name, variable => variable.Value, StringComparer.Ordinal),
        HomeDirectory = "/",
        CurrentDirectory = "/",
    };
}
