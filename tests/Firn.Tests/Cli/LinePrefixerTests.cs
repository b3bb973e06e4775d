using System.Text;
using Firn.Cli.Output;

namespace Firn.Tests.Cli;

public sealed class LinePrefixerTests
{
    [Theory]
    [InlineData("a\nb\n", "p | a\np | b\n")]
    [InlineData("a", "p | a\n")]
    [InlineData("\n\n", "p | \np | \n")]
    [InlineData("", "")]
    [InlineData("50%\r100%\n", "p | 50%\r100%\n")]
    public void Each_line_has_the_prefix_however_it_comes(string text, string expected)
    {
        for (var size = 1; size <= 3; size++)
        {
            var written = new StringBuilder();
            var prefixer = new LinePrefixer("p | ", content =>
            {
                written.Append(Encoding.UTF8.GetString(content));
                return true;
            });
            foreach (var part in Encoding.UTF8.GetBytes(text).Chunk(size))
            {
                prefixer.Write(part);
            }

            prefixer.Finish();
            Assert.Equal(expected, written.ToString());
        }
    }

    [Fact]
    public void Line_without_end_does_not_fill_the_memory()
    {
        var parts = 0;
        var prefixer = new LinePrefixer("p | ", _ => ++parts > 0);

        for (var i = 0; i < 100; i++)
        {
            prefixer.Write(new byte[10_000]);
        }

        Assert.InRange(parts, 10, 20);
    }
}
