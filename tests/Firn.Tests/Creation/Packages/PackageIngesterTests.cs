using Firn.Common;
using Firn.Creation.Packages;
using Firn.Fetching;
using Firn.Storage;
using Firn.Tests.Conda.Packages;
using Firn.Tests.Fetching;
using Firn.Tests.Python.Wheels;

namespace Firn.Tests.Creation.Packages;

public sealed class PackageIngesterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Fetcher _fetcher;
    private readonly Store _store;

    public PackageIngesterTests()
    {
        _fetcher = new Fetcher(FetchSamples.Options, FetchSamples.SystemContext(_folder));
        _store = Store.OpenOrCreate(_folder["store"], TimeProvider.System);
    }

    public void Dispose()
    {
        _fetcher.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_wheel_is_unpacked_once_and_then_found_by_its_digest()
    {
        var wheel = Wheel(out var content);

        var first = Ingest(wheel);
        File.Delete(wheel.Request.Url);
        var second = Ingest(wheel);

        Assert.False(first.WasThere);
        Assert.True(second.WasThere);
        Assert.Equal(first.Package.Bundle, second.Package.Bundle);
        Assert.True(_store.Bundles.Contains(first.Package.Bundle));
        Assert.Equal(("snow-depth", "1.0", WheelMaker.Info), (first.Package.Name, first.Package.Version, first.Package.Distribution!.Metadata));
        Assert.Equal(">=3.6", second.RequiresPython);
        Assert.NotEmpty(content);
    }

    [Fact]
    public void Another_wheel_than_the_lock_says_is_refused_and_leaves_no_bundle()
    {
        var wheel = Wheel(out _);
        wheel = wheel with { Request = wheel.Request with { Hashes = [new FileHash(FileHash.Sha256, new string('0', 64))] } };

        Assert.Throws<FirnException>(() => Ingest(wheel));

        Assert.False(Directory.Exists(_folder["store/bundles"]));
        Assert.Empty(FetchSamples.FilesIn(_folder["store/tmp"]));
    }

    [Fact]
    public void Offline_all_that_is_missing_is_named_at_once()
    {
        var plan = Plan(CreationSamples.Wheel("ice", "https://i.example/ice.whl"), CreationSamples.Wheel("snow", "https://i.example/snow.whl")) with
        {
            Conda = [CreationSamples.Planned(CreationSamples.Conda("zlib", origin: "lock.txt:7"))],
        };

        var failure = Assert.Throws<FirnException>(() => new PackageIngester(_store, _fetcher, new IngestionOptions { IsOffline = true }).Run(plan, default));

        foreach (var name in (string[])["zlib-1.0-0.conda (lock.txt:7)", "ice-1.0-py3-none-any.whl", "snow-1.0-py3-none-any.whl"])
        {
            Assert.Contains(name, failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_conda_package_is_unpacked_once_and_brings_its_record()
    {
        var bytes = TestPackage.Bzip2(TestPackage.Info(TestPackage.Paths(("lib/a.txt", "a"))).File("lib/a.txt", "a").ToArray());
        var path = _folder.Write("demo-1.0-0.tar.bz2", bytes);
        var package = CreationSamples.Conda("demo") with { FileName = "demo-1.0-0.tar.bz2", Sha256 = Sha256Digest.Of(bytes).Hex };
        var plan = Plan() with { Conda = [new PlannedConda(package, FetchSamples.Request(path, bytes))] };

        var first = Assert.Single(Run(plan));
        var second = Assert.Single(Run(plan));

        Assert.Equal((false, true), (first.WasThere, second.WasThere));
        Assert.Equal(("demo", "1.0"), (first.Package.Name, first.Package.Version));
        Assert.Equal(first.Package.Bundle, second.Package.Bundle);
        Assert.True(_store.Bundles.Contains(first.Package.Bundle));
    }

    [Fact]
    public void A_conda_package_of_another_name_than_its_file_says_is_refused()
    {
        var bytes = TestPackage.Bzip2(TestPackage.Info(TestPackage.Paths(), TestPackage.Index("other")).ToArray());
        var path = _folder.Write("demo-1.0-0.tar.bz2", bytes);
        var package = CreationSamples.Conda("demo") with { FileName = "demo-1.0-0.tar.bz2", Sha256 = Sha256Digest.Of(bytes).Hex };

        Assert.Throws<FirnException>(() => Run(Plan() with { Conda = [new PlannedConda(package, FetchSamples.Request(path, bytes))] }));
    }

    private PlannedWheel Wheel(out byte[] content)
    {
        content = WheelMaker.Plain().Make();
        return CreationSamples.Wheel("snow-depth", _folder.Write(WheelMaker.FileName, content), FetchSamples.Sha256(content));
    }

    private static CreationPlan Plan(params PlannedWheel[] wheels) => new() { Python = CreationSamples.Python, Wheels = [.. wheels] };

    private IngestedPackage Ingest(PlannedWheel wheel) => Assert.Single(Run(Plan(wheel)));

    private IReadOnlyList<IngestedPackage> Run(CreationPlan plan)
    {
        var ingester = new PackageIngester(_store, _fetcher, new IngestionOptions());
        var packages = ingester.Run(plan, CancellationToken.None);
        Assert.Equal(plan.Count, ingester.Done);
        return packages;
    }
}
