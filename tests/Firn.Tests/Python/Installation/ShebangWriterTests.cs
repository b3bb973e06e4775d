using System.Text;
using Firn.Python.Installation;

namespace Firn.Tests.Python.Installation;

public sealed class ShebangWriterTests
{
    [Theory]
    [InlineData("/opt/env/bin/python", "", "#!/opt/env/bin/python\n")]
    [InlineData("/opt/env/bin/python", " -E", "#!/opt/env/bin/python -E\n")]
    [InlineData("/opt/my env/bin/python", "", "#!/bin/sh\n'''exec' '/opt/my env/bin/python' \"$0\" \"$@\"\n' '''\n")]
    public void A_first_line_names_the_interpreter(string executable, string arguments, string expected) =>
        Assert.Equal(expected, ShebangWriter.For(executable, arguments));

    [Theory]
    [InlineData(125, true)]
    [InlineData(126, false)]
    public void Linux_reads_127_bytes_of_a_first_line(int length, bool isPlain)
    {
        var line = ShebangWriter.For("/" + new string('x', length - 1));

        Assert.Equal(isPlain, !line.StartsWith("#!/bin/sh", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("#!python\nx", true)]
    [InlineData("#!python -E\nx", true)]
    [InlineData("#!python", true)]
    [InlineData("#!python3\nx", false)]
    [InlineData("#!pythonw\nx", false)]
    [InlineData("#!/usr/bin/python\nx", false)]
    public void Only_python_itself_stands_for_the_interpreter(string script, bool isFilled) =>
        Assert.Equal(isFilled, ShebangWriter.Fill(Encoding.UTF8.GetBytes(script), "/p/bin/python") is not null);

    [Theory]
    [InlineData("#!/my env/bin/python -E\nx", true)]
    [InlineData("#!/usr/bin/env -S /my env/bin/pypy3\nx", true)]
    [InlineData("#!/my env/bin/graalpy\nx", true)]
    [InlineData("#!/my env/bin/sh\nx", false)]
    [InlineData("#!/other/bin/python\nx", false)]
    public void A_script_of_a_Python_is_mended_where_no_kernel_takes_its_line_and_comes_back(string script, bool isMended)
    {
        var mended = ShebangWriter.Mend(Encoding.UTF8.GetBytes(script), "/my env"u8);

        Assert.Equal(isMended, mended is not null);
        if (mended is not null)
        {
            Assert.StartsWith("#!/bin/sh\n'''exec' '/my env/bin/", Encoding.UTF8.GetString(mended), StringComparison.Ordinal);
            Assert.NotNull(new ShebangReader(["/my env/bin"]).Read(mended));
            Assert.Contains(
                script, ShebangWriter.MendedCommands.Select(command => Encoding.UTF8.GetString(ShebangWriter.PlainForm(mended, command)!)));
        }
    }
}
