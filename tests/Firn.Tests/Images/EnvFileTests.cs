using System.Diagnostics;
using Firn.Images.Installations;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Images;

/// <summary>The settings of installations: what a shell that sources them, and Compose, would read.</summary>
public sealed class EnvFileTests
{
    [Theory]
    [InlineData("A=1", "1")]
    [InlineData("A=1\r", "1")]
    [InlineData("\ufeffA=1", "1")]
    [InlineData("export A=1", "1")]
    [InlineData("A=", "")]
    [InlineData("A=x # why", "x")]
    [InlineData("A=x#y", "x#y")]
    [InlineData("A='x # $B'", "x # $B")]
    [InlineData("A=\"x # y\"", "x # y")]
    [InlineData("B=2\nA=${B}/$B", "2/2")]
    [InlineData("A=${B:-3}", "3")]
    [InlineData("B=\nA=${B:-3}${B-4}", "3")]
    [InlineData("B=1\nA=${B:+set}", "set")]
    [InlineData("A=$$HOME", "$HOME")]
    [InlineData("A=1\nA=2", "2")]
    public void Reads(string text, string expected)
    {
        var file = EnvFile.Parse(text, ".env");

        Assert.Equal(expected, file.Values["A"]);
        Assert.Empty(file.Problems);
    }

    [Theory]
    [InlineData("A B=1")]
    [InlineData("1A=1")]
    [InlineData("just words")]
    [InlineData("A='x")]
    [InlineData("A=\"x")]
    public void Tells_what_is_no_variable(string text) => Assert.Single(EnvFile.Parse(text, ".env").Problems);

    [Theory]
    [InlineData("A=1\nUSR=An na", "line 2: USR=An na")]
    [InlineData("USR=", "line 1: USR=")]
    [InlineData("USR=1st", "line 1: USR=1st")]
    [InlineData("USR=a:b", "line 1: USR=a:b")]
    [InlineData("# ids\r\nUSRID=abc\r\n", "line 2: USRID=abc")]
    [InlineData("USRID=-1", "line 1: USRID=-1")]
    [InlineData("GRPID=4294967295", "line 1: GRPID=4294967295")]
    [InlineData("GRPID=1 000", "line 1: GRPID=1 000")]
    [InlineData("GRP=a:b", "line 1: GRP=a:b")]
    public void Tells_a_value_that_no_image_takes_with_its_line(string text, string problem) =>
        Assert.StartsWith($"{problem}: ", Assert.Single(EnvFile.Parse(text, ".env").Problems).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("USR=anna\r\nUSRID=1000\r\nGRP=domain users\r\nGRPID=0\r\n")]
    [InlineData("USR=Anna.Meier_x-1\nUSRID=4294967294\nGRP=users")]
    public void Takes_users_as_systems_have_them(string text) => Assert.Empty(EnvFile.Parse(text, ".env").Problems);

    [Fact]
    public void A_value_is_replaced_where_it_stands()
    {
        var text = EnvFile.With("# mine\nA=1\r\nB=2\n", [new("A", "3"), new("C", "4")]);

        Assert.Equal("# mine\nA=3\r\nB=2\nC=4\n", text);
    }

    /// <summary>A shell that sources a file of plain and quoted values sees what is read here.</summary>
    [Fact]
    public void A_shell_reads_the_same()
    {
        var value = Gen.OneOf(
            Gen.Elements("a", "0", ".", "/", "_", "-", ":").ListOf().Select(static parts => string.Concat(parts)),
            Gen.Elements("a", " ", "#", "$", "\"", "\\").ListOf().Select(static parts => $"'{string.Concat(parts)}'"));
        Prop.ForAll(value.ListOf(4).ToArbitrary(), static values =>
        {
            var text = string.Concat(values.Select(static (value, number) => $"V{number}={value}\n")) + "LAST=${V0}-$V1\n";
            var read = EnvFile.Parse(text, ".env").Values;
            Assert.Equal(Sourced(text), string.Concat(Enumerable.Range(0, 4).Select(number => $"{read[$"V{number}"]}\n")) + $"{read["LAST"]}\n");
        }).QuickCheckThrowOnFailure();
    }

    private static string Sourced(string text)
    {
        var start = new ProcessStartInfo("sh") { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        process.StandardInput.Write(text + "printf '%s\\n' \"$V0\" \"$V1\" \"$V2\" \"$V3\" \"$LAST\"\n");
        process.StandardInput.Close();
        return process.StandardOutput.ReadToEnd();
    }
}
