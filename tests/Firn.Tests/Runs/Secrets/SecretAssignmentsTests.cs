using Firn.Runs.Secrets;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Runs.Secrets;

public sealed class SecretAssignmentsTests
{
    /// <summary>Commands, their arguments between bars, with SECRET where one stands.</summary>
    private static readonly string[] Forms =
    [
        """true|{"password":"SECRET"}""",
        """true|{"a":1,"db":{"password": "SECRET"}}""",
        """true|{'api_key':'SECRET','b':2}""",
        """true|{password:SECRET,user:x}""",
        """python|-c|import os; os.environ["HF_TOKEN"]="SECRET"; f()""",
        """python|-c|import os; os.putenv('DB_PASSWORD', 'SECRET')""",
        """python|-c|password = "SECRET" """,
        """python|-c|import subprocess; subprocess.run(["x", "--token", "SECRET"])""",
        """python|-c|login(user='x', token='SECRET', retries=3)""",
        """python|-c|token: str = 1; password = b'''SECRET'''""",
        """sh|-c|python -c "password = 'SECRET'" && ls""",
        """sh|-c|curl -d "{\"password\": \"SECRET\"}" h""",
        """x|--password|-SECRET""",
        """x|--password= SECRET""",
        """x|--password=a SECRET b""",
        """env|DB_PASSWORD=a SECRET|python""",
        """docker|run|--env=DB_PASSWORD=SECRET|x""",
        """docker|run|-e|DB_PASSWORD=SECRET|x""",
        """sbatch|--export=ALL,HF_TOKEN=SECRET|x.sh""",
        """java|-Dpassword=SECRET""",
        """java|-Dspring.datasource.password=SECRET""",
        """gradle|-Ptoken=SECRET""",
        """net|use|/password:SECRET""",
        """x|/token:SECRET""",
        """x|--pw=SECRET""",
        """x|--pat|SECRET""",
        """x|--otp|SECRET""",
        """x|--wandb-key|SECRET""",
        """x|wandb.key=SECRET""",
        """x|--license-key|SECRET""",
        """x|--openai-key=SECRET""",
        """wget|--proxy-user|u:SECRET""",
        """x|--proxy-user=u:SECRET""",
        """env|DBPASS=SECRET""",
        """env|DBPASSWORD=SECRET""",
        """sh|-c|x --token=a\ SECRET""",
        """sh|-c|x --token="a"SECRET'b' c""",
        """sh|-c|x --token 'a'SECRET""",
        """sh|-c|x --token "a\"SECRET" """,
        """sh|-c|echo SECRET | docker login --password-stdin""",
        """sh|-c|cd a && echo -n 'SECRET' | docker login -u x --password-stdin h; ls""",
        """sh|-c|printf '%s' SECRET | gh auth login --with-token""",
        """sh|-c|x Authorization: token SECRET""",
        """sh|-c|http h Authorization: Bearer SECRET""",
        """http|h|X-Auth-Token:|SECRET""",
        """x|Authorization: token SECRET""",
        """curl|https://h/cb#access_token=SECRET""",
        """x|Server=x;Pwd=SECRET;""",
        """x|Server=x; Password=a SECRET; Database=y""",
        """x|Password=SECRET;Server=x""",
        """x|jdbc:sqlserver://h:1;user=x;password=SECRET""",
        """x|jdbc:oracle:thin:u/SECRET@h:1""",
        """x|user=x,password=SECRET""",
        """x|host=h user=x password=SECRET""",
        """x|https://u:SECRET@h/,https://v:w@i/""",
    ];

    public static TheoryData<string> Commands { get; } = [.. Forms];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Value_of_a_secret_is_masked(string command)
    {
        foreach (var secret in (ReadOnlySpan<string>)["hunter2", "1234", "correct-horse", "Zm9v+YmFy", "S3cr.t_x"])
        {
            AssertMasked(command, secret);
        }
    }

    [Theory]
    [InlineData("glrt-abcdefghijklmnopqrst")]
    [InlineData("glptt-abcdefghijklmnopqrst")]
    [InlineData("hvs.abcdefghijklmnopqrstuvwxyz")]
    [InlineData("AIzaSyA-abcdefghijklmnopqrstuvwxyz01234")]
    public void Token_is_known_by_its_beginning(string token) =>
        AssertMasked("x|--model=a|see SECRET now|https://h/?key=SECRET", token);

    [Theory]
    [InlineData("train.py|--pin-memory|--pat-size|16|--tokenizer|bert|--max-tokens=5")]
    [InlineData("train.py|tokenizer.pad_token=[PAD]|model.key_dim=64|--sort-key|id|--n-tokens|4096")]
    [InlineData("x|{\"lr\":0.1,\"pad_token\":\"[PAD]\",\"max_tokens\":1024,\"token\":\"<s>\",\"auth\":null}")]
    [InlineData("python|-c|def f(token: str, password=None): return token == \"a\" or token != 'b'")]
    [InlineData("python|-c|token = tokenizer('x'); key = \"id\"; df[[\"token\", \"label\"]]")]
    [InlineData("python|-c|print(\"password: \"); print(\"b\")")]
    [InlineData("python|-c|add_argument('--token', '-t', help=\"the token\")")]
    [InlineData("docker|run|-v|/secret:/run/secret|-v|/token:/x|--env=LR=0.1|x")]
    [InlineData("x|--pat|*.csv|--password|--verbose|--token|-v|--pass|2|--otp|1")]
    [InlineData("java|-Dfile.encoding=UTF-8|-Xmx4g|-Dkeyboard=us")]
    [InlineData("python|-c|print(\"a\", token)")]
    [InlineData("x|--license-key|/etc/license.txt|--session-key|./key.pem")]
    [InlineData("sh|-c|echo hello | tee log; echo a | cat; printf x")]
    [InlineData("sh|-c|echo $TOKEN | docker login --password-stdin")]
    [InlineData("x|a=1;b=2;c=3|A=1,B=2|--filter=x=1|/path:8080|/etc/x")]
    [InlineData("x|BYPASS=1|LOWPASS=30|compass=north|--bandpass|1,40")]
    [InlineData("x|https://h/x#sha256=ab|https://h/?key=doc1&output=csv|jdbc:postgresql://h/db|git@h:a/b")]
    [InlineData("sh|-c|cp a\\ b c && grep -r 'x y' . | head -n 3")]
    public void Other_words_stay(string command)
    {
        var words = command.Split('|', command.StartsWith("sh|", StringComparison.Ordinal) ? 3 : int.MaxValue);
        var result = SecretArguments.Mask(words);

        Assert.Equal(words, result.Arguments);
        Assert.Empty(result.Masked);
    }

    [Fact]
    public void Names_come_in_the_order_of_the_places()
    {
        var result = SecretArguments.Mask(["sh", "-c", "x --token aaa9 && python -c 'api_key = \"bbb9\"' --password ccc9 && y pwd=\"ddd9\" https://u:eee9@h"]);

        Assert.Equal(["--token", "api_key", "--password", "pwd", "URL"], result.Masked);
    }

    [Fact]
    public void No_secret_is_left_in_any_form() => Prop.ForAll(
        Gen.Elements(Forms)
            .SelectMany(command => Gen.Elements("abcXYZ0123456789+._~!".ToCharArray()).ArrayOf(12).Select(text => (command, secret: "q7" + new string(text))))
            .ToArbitrary(),
        pair => AssertMasked(pair.command, pair.secret)).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_text_is_looked_through_in_little_time()
    {
        foreach (var part in (ReadOnlySpan<string>)["password=", "\"password\":", "token=\"", "a;pwd=", "'\\\"", "\\ a", "\\\"'", "{password:x,", "https://u:", "echo a |", "--token="])
        {
            var text = string.Concat(Enumerable.Repeat(part, 20_000));
            var before = System.Diagnostics.Process.GetCurrentProcess().TotalProcessorTime;
            SecretArguments.Mask(["sh", "-c", text]);
            Assert.True(System.Diagnostics.Process.GetCurrentProcess().TotalProcessorTime - before < TimeSpan.FromSeconds(20), part);
        }
    }

    private static void AssertMasked(string command, string secret)
    {
        var words = command.Split('|', command.StartsWith("sh|", StringComparison.Ordinal) ? 3 : int.MaxValue);
        string[] filled = [.. words.Select(word => word.Replace("SECRET", secret, StringComparison.Ordinal))];
        var result = SecretArguments.Mask(filled);

        Assert.DoesNotContain(result.Arguments, word => word.Contains(secret, StringComparison.Ordinal));
        Assert.NotEmpty(result.Masked);
        Assert.Equal(result.Masked.Count, string.Join(' ', result.Arguments).Split("***").Length - 1);
        Assert.Equal(result.Arguments, SecretArguments.Mask(result.Arguments).Arguments);
    }
}
