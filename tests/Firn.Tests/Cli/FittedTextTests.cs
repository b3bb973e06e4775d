using Firn.Captures.Differences;
using Firn.Cli.Output;

namespace Firn.Tests.Cli;

public sealed class FittedTextTests : IDisposable
{
    private readonly StringWriter _output = new() { NewLine = "\n" };

    public void Dispose() => _output.Dispose();

    [Fact]
    public void Rows_that_fit_are_a_table()
    {
        FittedText.WriteRows(_output, [["a/b", "done", "x"], ["a/longer", "failed", string.Empty]]);

        Assert.Equal("a/b       done    x\na/longer  failed\n", _output.ToString());
    }

    [Theory]
    [InlineData(74, 1)]
    [InlineData(75, 2)]
    [InlineData(200, 2)]
    public void What_does_not_fit_goes_on_a_line_of_its_own(int length, int lines)
    {
        FittedText.WriteRow(_output, "name", new string('x', length));

        Assert.Equal(lines, _output.ToString().TrimEnd('\n').Split('\n').Length);
        Assert.Equal(length, _output.ToString().Count(c => c == 'x'));
    }

    [Theory]
    [InlineData("short", "short\n")]
    [InlineData("Title           0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789", "Title           0123456789 0123456789 0123456789 0123456789 0123456789\n                0123456789 0123456789\n")]
    [InlineData("T 01234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890 x", "T 01234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890\n                x\n")]
    public void Words_are_wrapped_between_words(string text, string expected)
    {
        FittedText.WriteWords(_output, text, indent: 16);

        Assert.Equal(expected, _output.ToString());
    }

    /// <summary>On a terminal a difference may take two lines; elsewhere it is one, to be searched and counted.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_difference_fits_a_terminal_and_is_whole_elsewhere(bool fits)
    {
        var differences = new[]
        {
            new Difference(DifferenceKind.Package, DifferenceChange.Changed, "alpha", "1.0", "1.1"),
            new Difference(DifferenceKind.Package, DifferenceChange.Changed, "some-package", "2.0 from https://host.example/index", "2.1 from https://host.example/index"),
        };

        new DifferenceTable(_output, fits).WriteKinds(differences);

        var lines = _output.ToString().TrimEnd('\n').Split('\n');
        Assert.Equal(fits ? 4 : 3, lines.Length);
        Assert.Equal(fits, lines.All(static line => line.Length <= 80));
        Assert.Contains(lines, static line => line.EndsWith("-> 2.1 from https://host.example/index", StringComparison.Ordinal));
    }

    [Fact]
    public void Control_characters_never_make_lines()
    {
        FittedText.WriteRow(_output, "a\nb", "c");
        FittedText.WriteWords(_output, "a\u001b b");

        Assert.Equal("a?b  c\na? b\n", _output.ToString());
    }
}
