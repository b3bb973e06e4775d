using System.Text;
using System.Text.Json;
using Firn.Common.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Common.Json;

/// <summary>The reader against System.Text.Json: the same texts are JSON, with the same tokens.</summary>
public sealed class FastJsonReaderTests
{
    private static readonly string[] Pieces =
    [
        "{", "}", "[", "]", ",", ":", " ", "\n", "\"a\"", "\"\\u00e9\\n\"", "\"\\ud83d\\ude00\"", "\"\\", "\"", "\\x", "\u0001", "\u00fc",
        "0", "01", "-1", "-", "1.5", "1.", ".5", "1e9", "1e", "2E+3", "true", "false", "null", "nul", "//",
    ];

    [Fact]
    public void Read_agrees_with_System_Text_Json_on_any_text() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(3000),
        Prop.ForAll(Gen.Elements(Pieces).ArrayOf().ToArbitrary(), pieces => Agree(string.Concat(pieces))));

    [Fact]
    public void Read_agrees_with_System_Text_Json_on_texts_near_to_json() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(1000),
        Prop.ForAll(
            Gen.Elements(Pieces).ArrayOf(2).ToArbitrary(),
            pieces => Agree($"{{\"x\":[{pieces[0]},1],\"y\":{pieces[1]}}}") && Agree($"[[{pieces[0]}{pieces[1]}]]")));

    [Theory]
    [InlineData("""{"a":[1,2,{"b":null}],"c":"d\u0041"} """)]
    [InlineData("[[[]],{},[{}]]")]
    [InlineData("\"\"")]
    [InlineData("{\"a\":1,}")]
    [InlineData("[1 2]")]
    [InlineData("[1]]")]
    [InlineData("{\"a\" 1}")]
    [InlineData("{1:2}")]
    [InlineData("[}")]
    [InlineData("")]
    public void Read_agrees_with_System_Text_Json(string text) => Assert.True(Agree(text));

    private static bool Agree(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var mine = Tokens(bytes);
        var theirs = TokensOfTheFramework(bytes);
        return mine is null || theirs is null ? mine is null && theirs is null : mine.SequenceEqual(theirs);
    }

    private static List<string>? Tokens(byte[] bytes)
    {
        var tokens = new List<string>();
        try
        {
            var reader = new FastJsonReader(bytes);
            while (reader.Read())
            {
                tokens.Add(reader.Token switch
                {
                    FastJsonToken.Name or FastJsonToken.String => reader.GetString(),
                    FastJsonToken.Number => Encoding.ASCII.GetString(reader.Value),
                    var token => token.ToString(),
                });
            }

            return tokens;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static List<string>? TokensOfTheFramework(byte[] bytes)
    {
        var tokens = new List<string>();
        try
        {
            var reader = new Utf8JsonReader(bytes);
            while (reader.Read())
            {
                tokens.Add(reader.TokenType switch
                {
                    JsonTokenType.PropertyName or JsonTokenType.String => reader.GetString()!,
                    JsonTokenType.Number => Encoding.ASCII.GetString(reader.ValueSpan),
                    var token => token.ToString(),
                });
            }

            return tokens;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
