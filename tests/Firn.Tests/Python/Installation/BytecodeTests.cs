using System.Buffers.Binary;
using Firn.Common.Files;
using Firn.Python.Installation;

namespace Firn.Tests.Python.Installation;

public sealed class BytecodeTests
{
    [Theory]
    [InlineData("lib/x/__pycache__/a.cpython-311.pyc", "lib/x/a.py")]
    [InlineData("__pycache__/a.cpython-311.opt-1.pyc", "a.py")]
    [InlineData("lib/__pycache__/a.b.cpython-311.opt-2.pyc", "lib/a.b.py")]
    [InlineData("lib/__pycache__/a.cpython-312.pyc", null)]
    [InlineData("lib/__pycache__/a.cpython-311-pytest-8.1.pyc", null)]
    [InlineData("lib/__pycache__/cpython-311.pyc", null)]
    [InlineData("lib/a.cpython-311.pyc", null)]
    [InlineData("lib/not__pycache__/a.cpython-311.pyc", null)]
    public void Names_tell_the_source(string path, string? source) =>
        Assert.Equal(source, PycName.SourceOf(path, "cpython-311"));

    [Theory]
    [InlineData("lib/a/__pycache__/b.cpython-311.pyc", "lib/a/b.py", "cpython-311")]
    [InlineData("lib/a/__pycache__/b.pypy36.opt-2.pyc", "lib/a/b.py", "pypy36")]
    [InlineData("__pycache__/b.c.cpython-36.pyc", "b.c.py", "cpython-36")]
    [InlineData("lib/a/b.pyc", null, "")]
    [InlineData("lib/x__pycache__/b.cpython-311.pyc", null, "")]
    [InlineData("lib/__pycache__/.pyc", null, "")]
    [InlineData("lib/__pycache__/a.pyc", null, "")]
    public void Names_tell_the_source_and_the_interpreter(string path, string? source, string tag)
    {
        Assert.Equal(source, PycName.SourceOf(path, out var found));
        Assert.Equal(tag, found.ToString());
    }

    [Theory]
    [InlineData("cpython-27", 12)]
    [InlineData("cpython-36", 12)]
    [InlineData("pypy36", 12)]
    [InlineData("cpython-37", 16)]
    [InlineData("cpython-310", 16)]
    [InlineData("cpython-313t", 16)]
    [InlineData("pypy310", 16)]
    [InlineData("cpython-40", 16)]
    [InlineData("none", 16)]
    [InlineData("", 16)]
    public void Flags_are_in_the_header_since_3_7(string tag, int length) => Assert.Equal(length, new PycHeader(tag).Length);

    [Theory]
    [InlineData("cpython-36", 4)]
    [InlineData("cpython-37", 8)]
    public void The_time_is_written_where_that_Python_reads_it(string tag, int offset)
    {
        var header = new PycHeader(tag);
        var bytecode = new byte[20];

        header.SetTime(bytecode, 0x11223344);

        var expected = new byte[20];
        BinaryPrimitives.WriteUInt32LittleEndian(expected.AsSpan(offset), 0x11223344);
        Assert.Equal(expected, bytecode);
        Assert.Equal((0x11223344u, 0u), header.SourceOf(bytecode));
        Assert.Null(header.SourceOf(bytecode.AsSpan(0, header.Length - 1)));
    }

    [Theory]
    [InlineData(0, 1000, 20, true)]
    [InlineData(0, 1001, 20, false)]
    [InlineData(0, 1000, 21, false)]
    // A hash of the source in place of time and size.
    [InlineData(1, 7, 7, true)]
    [InlineData(3, 7, 7, true)]
    public void A_header_is_valid_for_the_time_and_size_of_its_source(uint flags, uint time, uint size, bool isValid)
    {
        var header = new byte[16];
        header[2] = (byte)'\r';
        header[3] = (byte)'\n';
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), flags);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), time);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(12), size);

        var source = new FileStat { ModifiedSeconds = 1000, Size = 20, Mode = FileStat.RegularFile };
        Assert.Equal(isValid, new PycHeader("cpython-311").IsValidFor(header, source));
        Assert.False(new PycHeader("cpython-311").IsValidFor(header.AsSpan(0, 15), source));
    }
}
