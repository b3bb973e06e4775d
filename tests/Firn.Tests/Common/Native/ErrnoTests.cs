using Firn.Common.Native;

namespace Firn.Tests.Common.Native;

public sealed class ErrnoTests
{
    [Fact]
    public void IsLocked_two_handles_of_one_file_is_true_for_the_second()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("lock", "x");
        using var first = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);

        var failure = Assert.ThrowsAny<IOException>(() => new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None));

        Assert.True(Errno.IsLocked(failure));
    }

    /// <summary>EDEADLK and EPIPE of Linux, which are EAGAIN of macOS and a sharing violation of Windows.</summary>
    [SkippableTheory]
    [InlineData(35)]
    [InlineData(32)]
    public void IsLocked_number_of_another_system_is_false(int error)
    {
        Skip.IfNot(OperatingSystem.IsLinux());

        Assert.False(Errno.IsLocked(new IOException("no lock", error)));
    }

    [Fact]
    public void Of_failure_that_is_not_the_file_systems_is_nothing() =>
        Assert.Equal(0, Errno.Of(new UnauthorizedAccessException()));
}
