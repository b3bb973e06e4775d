using Firn.Python.Installation;

namespace Firn.Tests.Python.Installation;

public sealed class ActivationPromptTests
{
    [Theory]
    // venv of Python 3.8 to 3.12: Lib/venv/scripts.
    [InlineData("PS1=\"(one) ${PS1:-}\"", "PS1=\"(two) ${PS1:-}\"", true)]
    [InlineData("VIRTUAL_ENV_PROMPT=\"(one) \"", "VIRTUAL_ENV_PROMPT=\"(two) \"", true)]
    [InlineData("    set prompt = \"(one) $prompt\"", "    set prompt = \"(two) $prompt\"", true)]
    [InlineData("printf \"%s%s%s\" (set_color 4B8BBE) \"(one) \" (set_color normal)", "printf \"%s%s%s\" (set_color 4B8BBE) \"(two) \" (set_color normal)", true)]
    // virtualenv and uv.
    [InlineData("setenv VIRTUAL_ENV_PROMPT 'one'", "setenv VIRTUAL_ENV_PROMPT 'two'", true)]
    [InlineData("VIRTUAL_ENV_PROMPT=one", "VIRTUAL_ENV_PROMPT=one", true)]
    [InlineData("VIRTUAL_ENV_PROMPT=one", "VIRTUAL_ENV_PROMPT=three", false)]
    [InlineData("VIRTUAL_ENV_PROMPT=one", "VIRTUAL_ENV_PROMPT=two; rm x", false)]
    [InlineData("PS1=$(bone)", "PS1=$(btwo)", false)]
    [InlineData("PATH=one", "PATH=two", false)]
    [InlineData("PS1=one", "PS1=two\nPS1=two", false)]
    public void Only_the_folders_name_in_a_prompt_may_differ(string first, string second, bool areSame) =>
        Assert.Equal(areSame, ActivationPrompt.AreSame($"# one\n{first}\n", "one", $"# one\n{second}\n", "two"));
}
