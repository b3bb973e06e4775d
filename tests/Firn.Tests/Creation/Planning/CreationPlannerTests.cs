using Firn.Common;
using Firn.Creation.Inputs;
using Firn.Creation.Packages;
using Firn.Creation.Planning;
using Firn.Creation.Solving;
using Firn.Fetching;
using Firn.Tests.Fetching;

namespace Firn.Tests.Creation.Planning;

/// <summary>From files to exact archives, for a Python that conda brings: nothing of this machine counts.</summary>
public sealed class CreationPlannerTests : IDisposable
{
    private static readonly string Sha256 = new('a', 64);

    private readonly TemporaryFolder _home = new();
    private readonly Fetcher _fetcher;
    private readonly StubSolvers _solvers = new();

    public CreationPlannerTests() => _fetcher = new Fetcher(FetchSamples.Options, FetchSamples.SystemContext(_home));

    public void Dispose()
    {
        _fetcher.Dispose();
        _home.Dispose();
    }

    [Fact]
    public void Exact_conda_packages_and_wheels_by_url_need_no_solver_and_no_index()
    {
        Write("lock.txt", Explicit("python-3.11.7-h0_0.conda", "zlib-1.3-h1_0.conda"));
        Write("requirements.txt", $"ice @ https://i.example/ice-1.0-py3-none-any.whl --hash=sha256:{Sha256}\n");

        var result = Plan("lock.txt", "requirements.txt");

        Assert.Equal(("3.11.7", "lib/python3.11/site-packages", (object?)null), (result.Plan.Python.Version, result.Plan.Python.SitePackages, result.Plan.Python.Base));
        Assert.Equal(["python", "zlib"], result.Plan.Conda.Select(planned => planned.Package.Name));
        Assert.All(result.Plan.Conda, planned => Assert.Equal(Sha256, Assert.Single(planned.Request.Hashes).Hex));
        var wheel = Assert.Single(result.Plan.Wheels);
        Assert.Equal(("ice", "ice-1.0-py3-none-any.whl", "requirements.txt:1"), (wheel.Name, wheel.FileName, wheel.Origin));
        Assert.Equal(3, result.Plan.Count);
        Assert.Empty(_solvers.Asked);
    }

    [Fact]
    public void An_open_requirement_is_asked_under_what_conda_brings()
    {
        Write("lock.txt", Explicit("python-3.11.7-h0_0.conda", "numpy-1.26.4-py311h64a7726_0.conda"));
        Write("requirements.txt", "ice>=1\n");

        var result = Plan("lock.txt", "requirements.txt");

        var question = Assert.IsType<PythonQuestion>(Assert.Single(_solvers.Asked));
        Assert.Contains("numpy==1.26.4", question.Constraints);
        Assert.DoesNotContain(question.Constraints, constraint => constraint.StartsWith("zlib", StringComparison.Ordinal));
        Assert.Equal("stub 1", result.PythonSolver);
    }

    [Fact]
    public void Offline_an_open_requirement_is_refused_by_file_and_line()
    {
        Write("lock.txt", Explicit("python-3.11.7-h0_0.conda"));
        Write("requirements.txt", "# why\nice>=1\n");

        var failure = Assert.Throws<FirnException>(() => Plan(new PlanOptions { IsOffline = true }, "lock.txt", "requirements.txt"));

        Assert.Equal("requirements.txt:2: 'ice>=1' names no version, and there is no network to choose one", failure.Message);
        Assert.Empty(_solvers.Asked);
    }

    [Fact]
    public void Conda_packages_without_a_python_are_no_environment()
    {
        Write("lock.txt", Explicit("zlib-1.3-h1_0.conda"));

        Assert.Equal("no python is among the conda packages", Assert.Throws<FirnException>(() => Plan("lock.txt")).Message);
    }

    [Fact]
    public void Packages_of_another_platform_are_refused_before_anything_is_fetched()
    {
        Write("lock.txt", $"@EXPLICIT\nhttps://c.example/x/noarch/python-3.11.7-h0_0.conda#{Sha256}\nhttps://c.example/x/win-32/zlib-1.3-h1_0.conda#{Sha256}\n");

        Assert.Contains("is for win-32, and this machine is ", Assert.Throws<FirnException>(() => Plan("lock.txt")).Message, StringComparison.Ordinal);
    }

    private static string Explicit(params string[] files) =>
        "@EXPLICIT\n" + string.Concat(files.Select(file => $"https://c.example/x/noarch/{file}#{Sha256}\n"));

    private void Write(string name, string text) => _home.Write(name, text);

    private PlanningResult Plan(params string[] files) => Plan(new PlanOptions(), files);

    private PlanningResult Plan(PlanOptions options, params string[] files)
    {
        var system = FetchSamples.SystemContext(_home);
        var specification = new SpecificationReader(system, new SpecificationOptions()).Read(files);
        return new CreationPlanner(system, _fetcher, null, _solvers, options).Plan(specification, CancellationToken.None);
    }
}
