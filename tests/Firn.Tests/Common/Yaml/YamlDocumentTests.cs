using System.Text;
using Firn.Common;
using Firn.Common.Yaml;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Common.Yaml;

/// <summary>Anchors, aliases and merge keys; expectations are what PyYAML makes of the same text.</summary>
public sealed class YamlDocumentTests
{
    [Theory]
    // A list that two keys share; an anchor of a text, of a mapping, of one item; an anchor that is set anew.
    [InlineData("x: &base\n  - python\n  - pip\ny: *base", "{x: [python, pip], y: [python, pip]}")]
    [InlineData("a: &v 1.10\nb: *v\nc: [*v, 2]", "{a: 1.10, b: 1.10, c: [1.10, 2]}")]
    [InlineData("a: [&p numpy=1.26, pip]\nb: [*p]", "{a: [numpy=1.26, pip], b: [numpy=1.26]}")]
    [InlineData("a: &m {k: 1}\nb: *m\nc: &m {k: 2}\nd: *m", "{a: {k: 1}, b: {k: 1}, c: {k: 2}, d: {k: 2}}")]
    [InlineData("&k a: 1\nb: *k", "{a: 1, b: a}")]
    [InlineData("a: &n\nb: *n", "{a: , b: }")]
    // Merges: what is written wins wherever it stands, of several the first, and a merged one is merged again.
    [InlineData("d: &d {A: 1, B: 2}\nv:\n  <<: *d\n  B: 3\n  C: 4", "{d: {A: 1, B: 2}, v: {B: 3, C: 4, A: 1}}")]
    [InlineData("v:\n  B: 3\n  <<: {A: 1, B: 2}", "{v: {B: 3, A: 1}}")]
    [InlineData("a: &a {K: 1}\nb: &b {K: 2, L: 2}\nv: {<<: [*a, *b], M: 3}", "{a: {K: 1}, b: {K: 2, L: 2}, v: {M: 3, K: 1, L: 2}}")]
    [InlineData("a: &a {K: 1}\nb: &b {<<: *a, L: 2}\nv: {<<: *b}", "{a: {K: 1}, b: {L: 2, K: 1}, v: {L: 2, K: 1}}")]
    [InlineData("\"<<\": text", "{<<: text}")]
    public void Aliases_stand_for_the_values_of_their_anchors(string text, string expected) =>
        Assert.Equal(expected, Shown(Read(text)));

    [Theory]
    [InlineData("a: *n", "x.yml:1:4: there is no anchor &n before *n")]
    [InlineData("a: &n [*n]", "x.yml:1:8: there is no anchor &n before *n")]
    [InlineData("b: *n\na: &n 1", "x.yml:1:4: there is no anchor &n before *n")]
    [InlineData("a: {<<: text}", "x.yml:1:9: << merges mappings, and this is text")]
    [InlineData("a: &a [1]\nb: {<<: *a}", "x.yml:1:8: << merges mappings, and this is text")]
    [InlineData("a: {k: 1, <<: {k: 2}, k: 3}", "x.yml:1:23: 'k' is there already, in line 1")]
    [InlineData("a: &l [1]\n? *l\n: 2", "a key is not text")]
    [InlineData("a: &t !!python/object {}", "the tag ")]
    public void What_they_cannot_stand_for_is_told_with_its_place(string text, string problem) =>
        Assert.Contains(problem, Assert.Throws<FirnException>(() => Read(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(10, false)]
    [InlineData(2, true)]
    public void Anchors_of_anchors_are_bounded_by_what_they_stand_for(int levels, bool isRead)
    {
        var text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (var level = 1; level <= levels; level++)
        {
            text.Append($"a{level}: &a{level} [{string.Join(", ", Enumerable.Repeat($"*a{level - 1}", 9))}]\n");
        }

        if (isRead)
        {
            Assert.Equal(9 * 9 * 9, Shown(((YamlMap)Read(text.ToString())).Find("a2")!).Count(c => c == 'x'));
        }
        else
        {
            Assert.Contains(
                "its aliases stand for more than 100000 values", Assert.Throws<FirnException>(() => Read(text.ToString())).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Aliases_nest_no_deeper_than_what_is_written_out()
    {
        var text = new StringBuilder("a0: &a0 [x]\n");
        for (var level = 1; level <= 20; level++)
        {
            text.Append($"a{level}: &a{level} [*a{level - 1}]\n");
        }

        Assert.Contains("nested more than 16 deep", Assert.Throws<FirnException>(() => Read(text.ToString())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_text_is_read_or_refused()
    {
        var parts = Gen.Elements("&a ", "*a", "&b ", "*b", "<<: ", "[", "]", "{", "}", "- ", ": ", "\n", "  ", "x", "\"", ", ", "!!t ", "#", "|", "? ");
        Prop.ForAll(parts.ListOf().Select(all => string.Concat(all)).ToArbitrary(), text =>
        {
            try
            {
                Shown(Read(text));
            }
            catch (FirnException)
            {
                // As it should be.
            }
        }).QuickCheckThrowOnFailure();
    }

    private static YamlNode Read(string text) => YamlDocument.Read(text, new YamlSource("x.yml", "the guide"));

    private static string Shown(YamlNode node) => node switch
    {
        YamlMap map => $"{{{string.Join(", ", map.Entries.Select(entry => $"{entry.Key.Value}: {Shown(entry.Value)}"))}}}",
        YamlList list => $"[{string.Join(", ", list.Items.Select(Shown))}]",
        YamlText text => text.Value,
        _ => throw new InvalidOperationException(node.Kind),
    };
}
