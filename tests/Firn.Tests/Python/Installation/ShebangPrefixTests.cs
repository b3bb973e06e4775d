using System.Text;
using Firn.Python.Installation;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Python.Installation;

public sealed class ShebangPrefixTests
{
    [Theory]
    [InlineData("#!/opt/env/bin/python\n", "/opt/env")]
    [InlineData("#! /opt/env/bin/python3.11 -E\n", "/opt/env")]
    [InlineData("#!/opt/my env/bin/python3\n", "/opt/my env")]
    [InlineData("#!/opt//env/bin/perl", "/opt//env")]
    [InlineData("#!/opt/bin/env/bin/python\n", "/opt/bin/env")]
    [InlineData("#!/bin/sh\n'''exec' \"/opt/my env/bin/python\" \"$0\" \"$@\"\n' '''\n", "/opt/my env")]
    [InlineData("#!/bin/sh\n'''exec' '/opt/env/bin/python' \"$0\" \"$@\"\n' '''\n", "/opt/env")]
    [InlineData("#!/bin/sh\n'''exec' /opt/env/bin/python \"$0\" \"$@\"\n' '''\n", "/opt/env")]
    [InlineData("#!/usr/bin/env /opt/env/bin/python\n", "/usr")]
    [InlineData("#!/bin/sh\necho /opt/env/bin/python\n", null)]
    [InlineData("#!python\n", null)]
    [InlineData("#!\n", null)]
    [InlineData("no script /opt/env/bin/python", null)]
    public void The_prefix_of_the_interpreter_is_found_in_every_form_of_first_lines(string script, string? expected) =>
        Assert.Equal(expected, ShebangPrefix.Of(Encoding.UTF8.GetBytes(script)));

    [Fact]
    public void No_bytes_make_it_throw() => Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>(),
        bytes =>
        {
            _ = ShebangPrefix.Of([.. "#!/"u8, .. bytes]);
            _ = ShebangPrefix.Of([.. "#!/bin/sh\n'''exec' "u8, .. bytes]);
        }).QuickCheckThrowOnFailure();
}
