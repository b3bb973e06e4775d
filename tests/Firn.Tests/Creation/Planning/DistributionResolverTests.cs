using System.Text;
using Firn.Common;
using Firn.Common.Bundles;
using Firn.Creation.Packages;
using Firn.Creation.Planning;
using Firn.Python.Candidates;
using Firn.Python.Indexes;
using Firn.Python.Interpreters;
using Firn.Python.Versions;
using Firn.Storage;
using Firn.Storage.Bundles;
using Firn.Tests.Python.Indexes;

namespace Firn.Tests.Creation.Planning;

public sealed class DistributionResolverTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Store _store;

    public DistributionResolverTests() => _store = Store.OpenOrCreate(_folder["store"], TimeProvider.System);

    public void Dispose() => _folder.Dispose();

    [Theory]
    // A lock line of conda-lock without a digest: `# pip torch == 2.1`.
    [InlineData("2.1", "", "2.1+cpu", true)]
    [InlineData("2.1", "==2.1", "2.1+cpu", true)]
    [InlineData("2.1", "", "2.1.0+cpu", true)]
    [InlineData("2.1+cpu", "", "2.1+cpu", true)]
    [InlineData("2.1+cu121", "", "2.1+cpu", false)]
    [InlineData("2.1+cpu", "", "2.1", false)]
    [InlineData("2.2", "", "2.1+cpu", false)]
    public void A_version_without_a_local_part_is_any_that_the_store_has_of_it(string version, string specifiers, string kept, bool isFound)
    {
        Keep(kept);

        if (isFound)
        {
            Assert.Equal($"torch-{kept}-py3-none-any.whl", Assert.Single(Resolve(version, specifiers).Wheels).FileName);
        }
        else
        {
            Assert.Contains("the store does not have it", Assert.Throws<FirnException>(() => Resolve(version, specifiers)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Of_several_the_newest_is_taken_as_from_an_index()
    {
        Keep("2.1");
        Keep("2.1+cu121");
        Keep("2.1+cpu");

        Assert.Equal("2.1+cu121", Assert.Single(Resolve("2.1", string.Empty).Wheels).Version);
    }

    private (IReadOnlyList<PlannedWheel> Wheels, IReadOnlyList<PlannedBuild> Builds) Resolve(string version, string specifiers)
    {
        var resolver = new DistributionResolver(
            new PackageIndex(IndexOptions.None, new StubPages()),
            new SourceIndex(_store),
            WheelTags.Of("cpython", 3, 11, string.Empty, ["linux_x86_64"]),
            new PythonTarget("3.11.7", new PythonTag("cpython", 3, 11, FreeThreaded: false), "lib/python3.11/site-packages", null),
            new PlanOptions { IsOffline = true });
        var (wheels, builds) = resolver.Resolve(
            [new() { Name = "torch", DisplayName = "torch", Version = version, Specifiers = VersionSpecifiers.Parse(specifiers)!, Origin = "conda-lock.yml:1" }],
            CancellationToken.None);
        return (wheels, builds);
    }

    private void Keep(string version)
    {
        var bundle = _store.Bundles.Add(
            [new BundleMember { Path = "torch.py", Content = BundleContent.OfBytes(Encoding.ASCII.GetBytes(version)) }],
            BundleAddOptions.Default,
            CancellationToken.None);
        new SourceIndex(_store).Add(new KnownSource
        {
            FileName = $"torch-{version}-py3-none-any.whl",
            Sha256 = Sha256Digest.Of(Encoding.ASCII.GetBytes(version)),
            Md5 = new string('0', 32),
            ArchiveSize = 1,
            Variant = "python3.11",
            Name = "torch",
            Version = version,
            Bundle = bundle.Digest,
            Size = bundle.Size,
            FileCount = bundle.FileCount,
            Metadata = $"torch-{version}.dist-info",
        });
    }
}
