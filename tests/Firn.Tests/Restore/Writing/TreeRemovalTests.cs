using System.Runtime.Versioning;
using Firn.Restore.Writing;

namespace Firn.Tests.Restore.Writing;

/// <summary>What is removed is the tree that was named: no link leads the removal out of it, and modes are left alone there.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class TreeRemovalTests : IDisposable
{
    private const UnixFileMode ReadOnly = UnixFileMode.UserRead | UnixFileMode.UserExecute;
    private readonly TemporaryFolder _folder = new();

    public TreeRemovalTests()
    {
        _folder.Write("victim/deep/thesis.tex", "precious");
        File.SetUnixFileMode(_folder["victim/deep"], ReadOnly);
        File.SetUnixFileMode(_folder["victim"], ReadOnly);
    }

    public void Dispose()
    {
        File.SetUnixFileMode(_folder["victim"], ReadOnly | UnixFileMode.UserWrite);
        File.SetUnixFileMode(_folder["victim/deep"], ReadOnly | UnixFileMode.UserWrite);
        _folder.Dispose();
    }

    [SkippableTheory]
    [InlineData("victim")]
    [InlineData("victim/deep/thesis.tex")]
    [InlineData("nowhere")]
    public void A_link_is_removed_and_not_what_it_leads_to(string target)
    {
        Skip.If(OperatingSystem.IsWindows());
        File.CreateSymbolicLink(_folder["tree"], _folder[target]);

        Assert.True(TreeRemoval.TryRemove(_folder["tree"]));

        AssertRemoved();
    }

    [SkippableTheory]
    [InlineData("victim")]
    [InlineData("victim/deep/thesis.tex")]
    [InlineData("nowhere")]
    public void A_link_in_a_read_only_tree_leads_nowhere(string target)
    {
        Skip.If(OperatingSystem.IsWindows());
        _folder.Write("tree/inner/file", "bytes");
        File.CreateSymbolicLink(_folder["tree/inner/link"], _folder[target]);
        File.CreateSymbolicLink(_folder["tree/link"], _folder[target]);
        File.SetUnixFileMode(_folder["tree/inner"], ReadOnly);
        File.SetUnixFileMode(_folder["tree"], ReadOnly);

        Assert.True(TreeRemoval.TryRemove(_folder["tree"]));

        AssertRemoved();
    }

    private void AssertRemoved()
    {
        Assert.DoesNotContain(_folder["tree"], Directory.EnumerateFileSystemEntries(_folder.Path));
        Assert.Equal("precious", File.ReadAllText(_folder["victim/deep/thesis.tex"]));
        Assert.Equal(ReadOnly, File.GetUnixFileMode(_folder["victim"]));
        Assert.Equal(ReadOnly, File.GetUnixFileMode(_folder["victim/deep"]));
    }
}
