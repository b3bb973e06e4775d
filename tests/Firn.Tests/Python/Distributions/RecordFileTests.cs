using System.Text;
using Firn.Python.Distributions;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Python.Distributions;

public sealed class RecordFileTests
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
        var bytes = Encoding.UTF8.GetBytes(record);
        var rows = RecordFile.Parse(bytes).Select(row => Show(bytes, row));

        Assert.Equal(expected, rows);
    }

    [Fact]
    public void Parse_reads_back_what_a_csv_writer_writes()
    {
        Prop.ForAll<NonNull<string>[]>(paths =>
        {
            var usable = paths.Select(path => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(path.Get)))
                .Where(path => path.Length > 0 && path[0] != '\ufeff').ToArray();
            var text = string.Concat(usable.Select(path => $"\"{path.Replace("\"", "\"\"")}\",sha256=abc,12\n"));
            var bytes = Encoding.UTF8.GetBytes(text);
            var read = RecordFile.Parse(bytes).Select(row => Show(bytes, row)).ToArray();
            return read.SequenceEqual(usable.Select(path => $"{path}|sha256=abc|12"));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Parse_never_throws()
    {
        Prop.ForAll<byte[]>(bytes => RecordFile.Parse(bytes).TrueForAll(row =>
            row.PathLength > 0 && row.PathStart + row.PathLength <= bytes.Length)).QuickCheckThrowOnFailure();
    }

    private static string Show(byte[] bytes, RecordRow row) =>
        $"{Encoding.UTF8.GetString(row.Path(bytes))}|{Encoding.UTF8.GetString(row.Hash(bytes))}|{row.Size}";
}
