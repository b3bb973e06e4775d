using System.Text;
using Firn.Runs.Observation;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Runs.Observation;

public sealed class PythonCommandLineTests
{
    private const string Shim = "/r/shim";

    [Theory]
    [InlineData("python a.py -I", null)]
    [InlineData("python -c pass -I", null)]
    [InlineData("python -m tool -S", null)]
    [InlineData("python -uI a.py", "-I")]
    [InlineData("python -W error -E a.py", "-E")]
    [InlineData("python -Werror -S", "-S")]
    [InlineData("python -X importtime -BE -m tool", "-E")]
    [InlineData("python -Im tool", "-I")]
    [InlineData("python --check-hash-based-pycs always -I", "-I")]
    [InlineData("python -", null)]
    [InlineData("python", null)]
    public void Options_are_read_as_python_does(string commandLine, string? why) =>
        Assert.Equal(why, PythonCommandLine.WhyNot(Arguments(commandLine), Arguments($"A=1 PYTHONPATH={Shim}"), Shim));

    [Theory]
    [InlineData("PYTHONPATH=/r/shim:/x", null)]
    [InlineData("PYTHONPATH=/x:/r/shim", null)]
    [InlineData("PYTHONPATH=/r/shims", "PYTHONPATH was replaced")]
    [InlineData("HOME=/", "PYTHONPATH was taken away")]
    [InlineData("", "an empty environment")]
    public void Variables_are_looked_at(string variables, string? why) =>
        Assert.Equal(why, PythonCommandLine.WhyNot(Arguments("python x.py"), Arguments(variables), Shim));

    [Theory]
    [InlineData("python -V", true)]
    [InlineData("python --version", true)]
    [InlineData("python -h", true)]
    [InlineData("python -c pass --version", false)]
    [InlineData("python x.py -V", false)]
    public void Version_and_help_run_nothing(string commandLine, bool expected) =>
        Assert.Equal(expected, PythonCommandLine.RunsNothing(Arguments(commandLine)));

    [Fact]
    public void Nothing_that_a_process_wrote_over_its_arguments_throws() => Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>(),
        bytes =>
        {
            _ = PythonCommandLine.WhyNot(bytes, bytes, Shim);
            _ = PythonCommandLine.RunsNothing(bytes);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void No_report_throws() => Prop.ForAll(
        ArbMap.Default.ArbFor<string[]>(),
        lines =>
        {
            var text = string.Join('\n', lines.Select(line => "P\tstart\t1\t1\t3\t/e\t/p\t/b\t/l\n" + line?.Replace(' ', '\t')));
            ReportReader.Read(text, []);
        }).QuickCheckThrowOnFailure();

    private static byte[] Arguments(string line) =>
        line.Length == 0 ? [] : Encoding.UTF8.GetBytes(line.Replace(' ', '\0') + "\0");
}
