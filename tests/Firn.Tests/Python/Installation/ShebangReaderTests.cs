using System.Text;
using Firn.Python.Installation;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Python.Installation;

public sealed class ShebangReaderTests
{
    private const string Body = "import sys\nsys.exit(0)\n";
    private static readonly ShebangReader Reader = new(["/opt/env/bin", "/opt/with space/bin"]);

    [Theory]
    // pip and distlib: plain; with an option; a prefix with a blank as pip writes it.
    [InlineData("#!/opt/env/bin/python3.11\n", nameof(ShebangForm.Plain), "python3.11", "")]
    [InlineData("#!/opt/env/bin/python -E\n", nameof(ShebangForm.Plain), "python", " -E")]
    [InlineData("#! /opt/env/bin/python\r\n", nameof(ShebangForm.Plain), "python", "")]
    [InlineData("#!/opt/with space/bin/python\n", nameof(ShebangForm.Plain), "python", "")]
    // distlib, where the line would be too long or the path has a blank.
    [InlineData("#!/bin/sh\n'''exec' /opt/env/bin/python \"$0\" \"$@\"\n' '''\n", nameof(ShebangForm.ShellUnquoted), "python", "")]
    [InlineData("#!/bin/sh\n'''exec' \"/opt/with space/bin/python3\" \"$0\" \"$@\"\n' '''\n", nameof(ShebangForm.ShellDoubleQuoted), "python3", "")]
    // uv.
    [InlineData("#!/bin/sh\n'''exec' '/opt/with space/bin/python3' \"$0\" \"$@\"\n' '''\n", nameof(ShebangForm.ShellSingleQuoted), "python3", "")]
    [InlineData("#!/bin/sh\n'''exec' \"$(dirname -- \"$(realpath -- \"$0\")\")\"/'python3' \"$0\" \"$@\"\n' '''\n", nameof(ShebangForm.Relocatable), "python3", "")]
    // rattler.
    [InlineData("#!/bin/sh\n'''exec' \"/opt/env/bin/python3.11\" \"$0\" \"$@\" #'''\n", nameof(ShebangForm.ShellOneLine), "python3.11", "")]
    public void Reads_every_form(string lines, string form, string interpreter, string arguments)
    {
        var line = Reader.Read(Encoding.UTF8.GetBytes(lines + Body));

        Assert.NotNull(line);
        Assert.Equal((form, interpreter, arguments, lines.Length), (line.Form.ToString(), line.Interpreter, line.Arguments, line.BodyStart));
    }

    [Theory]
    [InlineData("#!/usr/bin/env python\n")]
    [InlineData("#!/opt/env2/bin/python\n")]
    [InlineData("#!/opt/env/bin/perl\n")]
    [InlineData("#!/opt/env/bin/sub/python\n")]
    [InlineData("#!/opt/env/bin/python")]
    [InlineData("#!/bin/sh\n'''exec' /usr/bin/python \"$0\" \"$@\"\n' '''\n")]
    [InlineData("#!/bin/sh\n'''exec' \"/opt/env/bin/python \"$0\" \"$@\"\n")]
    [InlineData("#!/bin/sh\nexec /opt/env/bin/python \"$0\" \"$@\"\n")]
    [InlineData("import sys\n")]
    [InlineData("")]
    public void Leaves_other_scripts_alone(string script) => Assert.Null(Reader.Read(Encoding.UTF8.GetBytes(script)));

    [Theory]
    [InlineData("#!/opt/env/bin/python3.11\nprint(1)\n", "#!python\nprint(1)\n")]
    [InlineData("#!/opt/env/bin/python -u\nprint(1)\n", "#!python -u\nprint(1)\n")]
    [InlineData("#!/bin/sh\n'''exec' /opt/env/bin/python \"$0\" \"$@\"\n' '''\nprint(1)\n", "#!python\nprint(1)\n")]
    [InlineData("#!/usr/bin/env python\nprint(1)\n", null)]
    public void Gives_scripts_their_first_line_back(string installed, string? shipped)
    {
        var script = WheelDataScript.Restore(Encoding.UTF8.GetBytes(installed), Reader);

        Assert.Equal(shipped, script is null ? null : Encoding.UTF8.GetString(script));
    }

    [Fact]
    public void Never_reads_beyond_a_script() =>
        Prop.ForAll<byte[]>(bytes =>
        {
            byte[] script = [.. "#!/bin/sh\n'''exec' "u8, .. bytes];
            return Reader.Read(script) is not { } line || line.BodyStart <= script.Length;
        }).QuickCheckThrowOnFailure();
}
