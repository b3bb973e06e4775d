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
    public void A_secret_is_masked(string name, string value) => Assert.Equal(SecretVariables.Mask, SecretVariables.Kept(name, value));
}
