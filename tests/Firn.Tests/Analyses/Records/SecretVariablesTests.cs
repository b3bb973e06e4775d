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
    [InlineData("TOKENIZER", "bert-base-cased")]
    [InlineData("tokenizer_name", "gpt2")]
    [InlineData("TOKENIZED_DATA", "data/tok")]
    [InlineData("TOKEN_LEN", "128")]
    [InlineData("NUM_TOKENS", "4096")]
    [InlineData("TOKENS_PER_BATCH", "4096")]
    [InlineData("PAD_TOKEN", "<pad>")]
    [InlineData("EOS_TOKEN_ID", "50256")]
    [InlineData("AUTH_MODE", "oidc")]
    [InlineData("TOKEN_TYPE", "subword")]
    [InlineData("SECRET_SEED", "42")]
    [InlineData("LOG_SORT_KEY", "time")]
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
    [InlineData("TOKENIZER_KEY", "x")]
    [InlineData("TOKENIZER_HUB_TOKEN", "x")]
    [InlineData("MAX_TOKENS_AUTH", "x")]
    [InlineData("MYTOKEN", "x")]
    [InlineData("GH_TOKENS", "x,y")]
    [InlineData("TOKEN_LEN", "xyz")]
    [InlineData("AUTH_MODE_SECRET", "x")]
    [InlineData("SECRET_SEED", "SBFTY3CN5WHQ")]
    [InlineData("WALLET_SECRET_SEED", "83918273645546372819")]
    [InlineData("SECRET_ID", "9a1b")]
    [InlineData("TOKEN", "123456")]
    [InlineData("pad_password", "x")]
    [InlineData("MODE", "https://u:pw@host/")]
    public void A_secret_is_masked(string name, string value) => Assert.Equal(SecretVariables.Mask, SecretVariables.Kept(name, value));
}
