using Firn.Host.Binaries;

namespace Firn.Tests.Host.Binaries;

public sealed class NumericRuntimeNamesTests
{
    [Theory]
    [InlineData("libgomp.so.1.0.0", "GnuOpenMp")]
    [InlineData("libgomp-a34b3233.so.1.0.0", "GnuOpenMp")]
    [InlineData("libomp.so", "LlvmOpenMp")]
    [InlineData("libomp-14.so.5", "LlvmOpenMp")]
    [InlineData("libiomp5.so", "IntelOpenMp")]
    [InlineData("libscipy_openblas64_-ff651d7f.so", "OpenBlas")]
    [InlineData("libmkl_rt.so.2", "Mkl")]
    public void KindOf_runtime_is_whose_it_is(string file, string kind) =>
        Assert.Equal(Enum.Parse<NumericRuntimeKind>(kind), NumericRuntimeNames.KindOf(file));

    /// <summary>Intel's stubs export a runtime's functions, and have no threads.</summary>
    [Theory]
    [InlineData("libiompstubs5.so")]
    [InlineData("libiomp5_db.so")]
    [InlineData("libomptarget.so.16")]
    [InlineData("libompd.so")]
    [InlineData("libtorch_cpu.so")]
    public void KindOf_what_only_begins_like_a_runtime_is_none(string file) => Assert.Null(NumericRuntimeNames.KindOf(file));
}
