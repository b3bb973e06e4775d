using Firn.Conda;
using Firn.Creation.Packages;
using Firn.Creation.Solving;
using Firn.Fetching;
using Firn.Python.Interpreters;

namespace Firn.Tests.Creation;

/// <summary>What the tests of creation share.</summary>
internal static class CreationSamples
{
    public static PythonTarget Python { get; } =
        new("3.11.7", new PythonTag("cpython", 3, 11, FreeThreaded: false), "lib/python3.11/site-packages", null);

    public static LockedCondaPackage Conda(string name, string version = "1.0", string build = "0", string origin = "lock.txt:1") => new()
    {
        Name = name,
        Version = version,
        Build = build,
        FileName = $"{name}-{version}-{build}.conda",
        Url = $"https://ana:pass@c.example/linux-64/{name}-{version}-{build}.conda",
        SafeUrl = $"https://c.example/linux-64/{name}-{version}-{build}.conda",
        Sha256 = new string('c', 64),
        Origin = origin,
    };

    public static PlannedConda Planned(LockedCondaPackage package) => new(package, new FetchRequest { Url = package.Url });

    public static PlannedWheel Wheel(string name, string url, params FileHash[] hashes) => new()
    {
        Name = name,
        Version = "1.0",
        FileName = $"{name.Replace('-', '_')}-1.0-py3-none-any.whl",
        AskedName = name,
        Request = new FetchRequest { Url = url, Hashes = [.. hashes] },
        Origin = "requirements.txt:1",
    };
}

/// <summary>Answers with what a test gave it, and notes what it was asked.</summary>
internal sealed class StubSolvers(params LockedCondaPackage[] conda) : ISolvers
{
    public List<object> Asked { get; } = [];

    public CondaSolution SolveConda(CondaQuestion question, CancellationToken cancellation)
    {
        Asked.Add(question);
        return new CondaSolution([.. conda], "stub 1");
    }

    public PythonSolution SolvePython(PythonQuestion question, CancellationToken cancellation)
    {
        Asked.Add(question);
        return new PythonSolution([], "stub 1");
    }

    public PlannedWheel Build(PlannedBuild build, PythonQuestion question, CancellationToken cancellation) =>
        throw new InvalidOperationException($"{build} was to be built");
}
