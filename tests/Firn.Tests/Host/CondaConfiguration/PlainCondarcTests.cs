using Firn.Common;
using Firn.Common.Yaml;
using Firn.Host.CondaConfiguration;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Host.CondaConfiguration;

public sealed class PlainCondarcTests
{
    /// <summary>Pieces of such files, so that many texts are some that it takes.</summary>
    private static readonly string[] Pieces =
    [
        "channels:", "\n", "\n", "\n", "\n", "\r\n", "- ", "  - ", " -", "a", "conda-forge", "https://x.org/t/y", "envs_dirs: ", "key: ", "other:",
        "[a, b]", "[", "]", ", ", ",", " # why", "#", "\t", " ", "  ", "'", "\"", "{", "}", "&a ", "*a", "<<", "|", ">", "~", "null", "$X", "${X}",
        ":", "@", "-", "---", "...", "=", "%", "!t ", "?", "\u0085", "\u2028", "1.0", "/",
    ];

    [Theory]
    [InlineData("channels:\n  - conda-forge\n  - defaults # last\n\n# auto\nchannel_priority: strict\nenvs_dirs: [/a, ~/b]\n")]
    [InlineData("channels:\n- conda-forge\nauto_update_conda: False\n")]
    public void TryRead_takes_what_most_files_are(string text)
    {
        Assert.NotNull(PlainCondarc.TryRead(text));
        Assert.Equal(OfParser(text), Shown(PlainCondarc.TryRead(text)!));
    }

    [Theory]
    [InlineData("channels: ['a']\n")]
    [InlineData("channels: &x [a]\n")]
    [InlineData("channels:\n  - a\n - b\n")]
    [InlineData("channels:\n  - a\nchannels:\n  - b\n")]
    [InlineData("proxy_servers:\n  http: http://x\n")]
    [InlineData("channels: [\n  a]\n")]
    public void TryRead_leaves_the_rest_to_the_parser(string text) => Assert.Null(PlainCondarc.TryRead(text));

    [Fact]
    public void TryRead_reads_as_the_parser_does() => Prop.ForAll(
        Gen.ListOf(Gen.Elements(Pieces)).Select(pieces => string.Concat(pieces)).ToArbitrary(),
        text => PlainCondarc.TryRead(text) is not { } settings || Shown(settings) == OfParser(text))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(20_000).WithEndSize(25));

    private static string OfParser(string text)
    {
        try
        {
            var node = YamlDocument.Read(text, new YamlSource("x", "y"));
            return node is YamlText { IsNull: true } ? Shown(new YamlMap([], 1, 1)) : Shown(node);
        }
        catch (FirnException failure)
        {
            return failure.Message;
        }
    }

    private static string Shown(YamlNode node) => node switch
    {
        YamlMap map => "{" + string.Join(", ", map.Entries.Select(entry => Shown(entry.Key) + ": " + Shown(entry.Value))) + "}",
        YamlList list => "[" + string.Join(", ", list.Items.Select(Shown)) + "]",
        YamlText text => (text.IsPlain ? "plain " : "quoted ") + text.Value,
        _ => string.Empty,
    };
}
