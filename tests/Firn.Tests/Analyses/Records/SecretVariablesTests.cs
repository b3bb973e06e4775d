using Firn.Analyses.Records;

namespace Firn.Tests.Analyses.Records;

public sealed class SecretVariablesTests
{
    [Theory]
    [InlineData("GIT_AUTHOR_NAME", "ana")]
    [InlineData("AUTHOR", "ana")]
    [InlineData("AUTHORS", "ana,ben")]
    [InlineData("TOKENIZERS_PARALLELISM", "maybe")]
    [InlineData("MAX_TOKENS", "512")]
    [InlineData("DISABLE_AUTH", "true")]
    [InlineData("MODE", "fast")]
    [InlineData("JAVA_OPTIONS", "-Xmx4g -Dfile.encoding=UTF-8")]
    [InlineData("CONF", "{\"lr\":0.1,\"pad_token\":\"[PAD]\"}")]
    [InlineData("XLA_FLAGS", "--xla_gpu_cuda_data_dir=/usr --pin-memory")]
    [InlineData("WORDS", "a=1;b=2")]
    public void What_only_sounds_like_a_secret_is_kept(string name, string value) =>
        Assert.Equal(value, SecretVariables.Kept(name, value));

    [Theory]
    [InlineData("HTTP_AUTHORIZATION", "Basic x")]
    [InlineData("AUTH", "x")]
    [InlineData("HF_TOKEN", "hf_x")]
    [InlineData("MAX_TOKENS_TOKEN", "x")]
    [InlineData("PGPASSWORD", "x")]
    [InlineData("AUTHOR_TOKEN", "x")]
    [InlineData("MODE", "https://u:pw@host/")]
    [InlineData("DSN", "user=x password=hunter2")]
    [InlineData("CONN", "Server=x;Password=hunter2;")]
    [InlineData("CONN", "Server=x;Pwd=a b;Database=y")]
    [InlineData("OPTIONS", "-Dpassword=hunter2")]
    [InlineData("CONF", "{\"password\":\"hunter2\"}")]
    [InlineData("JDBC", "jdbc:oracle:thin:u/hunter2@h:1")]
    public void A_secret_is_masked(string name, string value) => Assert.Equal(SecretVariables.Mask, SecretVariables.Kept(name, value));
}
