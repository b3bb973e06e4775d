using Firn.Common;
using Firn.Conda;
using Firn.Creation.Inputs;
using Firn.Creation.Planning;
using Firn.Creation.Solving;
using Firn.Fetching;
using Firn.Tests.Fetching;

namespace Firn.Tests.Creation.Planning;

public sealed class CondaResolverTests : IDisposable
{
    private readonly TemporaryFolder _home = new();
    private readonly Fetcher _fetcher;

    public CondaResolverTests() => _fetcher = new Fetcher(FetchSamples.Options, FetchSamples.SystemContext(_home));

    public void Dispose()
    {
        _fetcher.Dispose();
        _home.Dispose();
    }

    [Fact]
    public void Packages_of_a_lock_stay_in_order_and_ask_nobody()
    {
        var solvers = new StubSolvers();

        var (packages, solver) = Resolve(solvers, new Specification { Conda = [CreationSamples.Conda("zlib"), CreationSamples.Conda("bzip2"), CreationSamples.Conda("zlib")] });

        Assert.Equal(["zlib", "bzip2"], packages.Select(package => package.Name));
        Assert.Null(solver);
        Assert.Empty(solvers.Asked);
    }

    [Fact]
    public void Two_builds_of_one_package_name_both_files()
    {
        var specification = new Specification { Conda = [CreationSamples.Conda("zlib"), CreationSamples.Conda("zlib", build: "1", origin: "other.txt:3")] };

        Assert.Equal(
            "zlib is wanted twice: zlib-1.0-0.conda (lock.txt:1) and zlib-1.0-1.conda (other.txt:3)",
            Assert.Throws<FirnException>(() => Resolve(new StubSolvers(), specification)).Message);
    }

    [Fact]
    public void An_open_spec_goes_to_the_solver_and_is_noted_at_its_package()
    {
        var solvers = new StubSolvers(CreationSamples.Conda("numpy", "1.26.4"), CreationSamples.Conda("libblas"));
        var specification = new Specification { CondaSpecs = [MatchSpec.Parse("numpy >=1.26")!], Channels = ["conda-forge"] };

        var (packages, solver) = Resolve(solvers, specification);

        Assert.Equal("conda-forge", Assert.Single(Assert.IsType<CondaQuestion>(Assert.Single(solvers.Asked)).Channels));
        Assert.Equal("stub 1", solver);
        Assert.Equal(["numpy >=1.26", null], packages.Select(package => package.RequestedSpec));
    }

    [Fact]
    public void An_open_spec_offline_is_refused_before_anybody_is_asked()
    {
        var solvers = new StubSolvers();
        var specification = new Specification { CondaSpecs = [MatchSpec.Parse("numpy >=1.26")!] };

        var failure = Assert.Throws<FirnException>(() => Resolve(solvers, specification, new PlanOptions { IsOffline = true }));

        Assert.Contains("leaves a choice, and there is no network", failure.Message, StringComparison.Ordinal);
        Assert.Empty(solvers.Asked);
    }

    private (IReadOnlyList<LockedCondaPackage> Packages, string? Solver) Resolve(
        StubSolvers solvers, Specification specification, PlanOptions? options = null) =>
        new CondaResolver(FetchSamples.SystemContext(_home), _fetcher, solvers, options ?? new PlanOptions())
            .Resolve(specification, CancellationToken.None);
}
