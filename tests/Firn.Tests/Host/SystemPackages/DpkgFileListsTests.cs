using Firn.Common;
using Firn.Host.SystemPackages;

namespace Firn.Tests.Host.SystemPackages;

public sealed class DpkgFileListsTests
{
    [Fact]
    public void PythonNativeFilesOf_lists_what_lies_in_folders_of_python_packages()
    {
        using var root = new TemporaryFolder();
        root.Write("var/lib/dpkg/info/python3-snow.list", """
            /.
            /usr/lib/python3/dist-packages/snow/__init__.py
            /usr/lib/python3/dist-packages/snow/core.cpython-311-x86_64-linux-gnu.so
            /usr/lib/x86_64-linux-gnu/libsnow.so.1
            relative/dist-packages/evil.so
            """);

        var files = new DpkgFileLists(SurroundingsOf(root)).PythonNativeFilesOf("python3-snow");

        Assert.Equal(
            root["usr/lib/python3/dist-packages/snow/core.cpython-311-x86_64-linux-gnu.so"], Assert.Single(files));
    }

    [Theory]
    [InlineData("python3-none")]
    [InlineData("../../../../etc/passwd")]
    public void PythonNativeFilesOf_is_empty_where_there_is_no_list(string package)
    {
        using var root = new TemporaryFolder();

        Assert.Empty(new DpkgFileLists(SurroundingsOf(root)).PythonNativeFilesOf(package));
    }

    private static SystemContext SurroundingsOf(TemporaryFolder root) => new()
    {
        Variables = new Dictionary<string, string>(),
        HomeDirectory = root.Path,
        CurrentDirectory = root.Path,
        RootDirectory = root.Path,
    };
}
