using System.Text;
using System.Text.Json;
using Firn.Common.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Common.Json;

public sealed class CanonicalJsonWriterTests
{
    [Fact]
    public void Document_has_the_canonical_form()
    {
        var json = new CanonicalJsonWriter();
        json.StartObject();
        json.String("schema", "firn.example/1");
        json.Boolean("archive", true);
        json.StartArray("empty");
        json.EndArray();
        json.StartObject("inner");
        json.Number("count", -3);
        json.String("unset", null);
        json.EndObject();
        json.Strings("names", ["a", "b"]);
        json.EndObject();

        var expected = """
            {
              "schema": "firn.example/1",
              "archive": true,
              "empty": [],
              "inner": {
                "count": -3
              },
              "names": [
                "a",
                "b"
              ]
            }

            """;
        Assert.Equal(expected.ReplaceLineEndings("\n"), Encoding.UTF8.GetString(json.WrittenDocument));
    }

    [Fact]
    public void Name_out_of_order_throws()
    {
        var json = new CanonicalJsonWriter();
        json.StartObject();
        json.String("b", "1");

        Assert.Throws<InvalidOperationException>(() => json.String("a", "2"));
        Assert.Throws<InvalidOperationException>(() => json.String("b", "2"));
    }

    [Fact]
    public void Every_string_reads_back()
    {
        Prop.ForAll<NonNull<string>>(text =>
        {
            var json = new CanonicalJsonWriter();
            json.StartObject();
            json.String("text", text.Get);
            json.EndObject();
            using var document = JsonDocument.Parse(json.WrittenDocument.ToArray());
            // A lone surrogate has no UTF-8 form: both sides must agree on its replacement.
            var expected = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.Get));
            return document.RootElement.GetProperty("text").GetString() == expected;
        }).QuickCheckThrowOnFailure();
    }
}
