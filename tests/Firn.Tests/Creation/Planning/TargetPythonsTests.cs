using Firn.Common;
using Firn.Conda;
using Firn.Creation.Planning;

namespace Firn.Tests.Creation.Planning;

public sealed class TargetPythonsTests
{
    [Theory]
    [InlineData("3.11.7", null, "python3.11", "cpython-311")]
    [InlineData("3.13.1", "lib/python3.13t/site-packages", "python3.13t", "cpython-313t")]
    [InlineData("3.10.14", "lib/pypy3.10/site-packages", "pypy3.10", "pypy310")]
    public void OfConda_takes_the_folder_that_the_package_declares(string version, string? declared, string folder, string cacheTag)
    {
        var target = TargetPythons.OfConda([Python(version, declared)], null);

        Assert.Equal(folder, target.Folder);
        Assert.Equal($"lib/{folder}/site-packages", target.SitePackages);
        Assert.Equal(cacheTag, target.Tag.CacheTag);
    }

    [Theory]
    [InlineData("3.11.7", "site-packages")]
    [InlineData("3.11.7", "lib/site-packages")]
    [InlineData("3.11.7", "lib/pythonX/site-packages")]
    [InlineData("3.11.7", "../python3.11/site-packages")]
    [InlineData("3", null)]
    [InlineData("three", null)]
    public void OfConda_refuses_a_python_whose_folder_is_none(string version, string? declared)
    {
        var failure = Assert.Throws<FirnException>(() => TargetPythons.OfConda([Python(version, declared)], null));

        Assert.Equal($"lock.yml:1: python {version} has no version that tells its folder", failure.Message);
    }

    private static LockedCondaPackage Python(string version, string? declared) => new()
    {
        Name = "python",
        Version = version,
        Build = "0_cpython",
        FileName = $"python-{version}-0_cpython.conda",
        Url = "https://conda.example/linux-64/python.conda",
        SafeUrl = "https://conda.example/linux-64/python.conda",
        PythonSitePackagesPath = declared,
        Origin = "lock.yml:1",
    };
}
