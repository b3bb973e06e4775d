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
        Assert.Equal(isValid, new PycHeader(hasFlags: true).IsValidFor(header, source));
        Assert.False(new PycHeader(hasFlags: true).IsValidFor(header.AsSpan(0, 15), source));
    }
}
