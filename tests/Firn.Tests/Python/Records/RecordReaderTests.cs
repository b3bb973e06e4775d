using System.Text;
using Firn.Python.Records;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Python.Records;

public sealed class RecordReaderTests
{
    [Theory]
    [InlineData("a.py,sha256=x,3\n", "a.py|sha256=x|3")]
    [InlineData("a.py,sha256=x,3\r\nb.py,,\r\n", "a.py|sha256=x|3", "b.py||-1")]
    [InlineData("\"a,b.py\",sha256=x,3\n", "a,b.py|sha256=x|3")]
    [InlineData("\"a\"\"b.py\",,\n", "a\"b.py||-1")]
    [InlineData("\"two\nlines\",,\nnext,,", "two\nlines||-1", "next||-1")]
    [InlineData("alone\n", "alone||-1")]
    [InlineData("a,b,c,d,e\nf,g,7", "a|b|-1", "f|g|7")]
    [InlineData("\n,,\n", new string[0])]
    [InlineData("\ufeffa,,\n", "a||-1")]
    [InlineData("\"never closed", "never closed||-1")]
    [InlineData("a,,99999999999999999999\n", "a||-1")]
    public void Parse_reads_csv(string record, params string[] expected)
    {
        Assert.Equal(expected, Rows(Encoding.UTF8.GetBytes(record)));
    }

    [Fact]
    public void Parse_reads_back_what_a_csv_writer_writes()
    {
        Prop.ForAll<NonNull<string>[]>(paths =>
        {
            var usable = paths.Select(path => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(path.Get)))
                .Where(path => path.Length > 0 && path[0] != '\ufeff').ToArray();
            var text = string.Concat(usable.Select(path => $"\"{path.Replace("\"", "\"\"")}\",sha256=abc,12\n"));
            var read = Rows(Encoding.UTF8.GetBytes(text));
            return read.SequenceEqual(usable.Select(path => $"{path}|sha256=abc|12"));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Parse_never_throws()
    {
        Prop.ForAll<byte[]>(bytes =>
        {
            var reader = new RecordReader(bytes);
            while (reader.MoveNext())
            {
                if (reader.Path.IsEmpty)
                {
                    return false;
                }
            }

            return true;
        }).QuickCheckThrowOnFailure();
    }

    private static List<string> Rows(byte[] bytes)
    {
        var rows = new List<string>();
        var reader = new RecordReader(bytes);
        while (reader.MoveNext())
        {
            rows.Add($"{Encoding.UTF8.GetString(reader.Path)}|{Encoding.UTF8.GetString(reader.Hash)}|{reader.Size}");
        }

        return rows;
    }
}
