using System.Collections.Immutable;
using Firn.Conda;
using Firn.Creation.Inputs;
using Firn.Creation.Packages;
using Firn.Python.Indexes;
using Firn.Python.Locks;

namespace Firn.Creation.Solving;

/// <summary>
/// The programs of the machine that choose versions and build wheels. Firn has no solver: what is not pinned is asked of
/// the one that is there.
/// </summary>
internal interface ISolvers
{
    /// <summary>Chooses conda packages.</summary>
    /// <exception cref="Firn.Common.FirnException">There is no solver, or it finds no solution.</exception>
    public CondaSolution SolveConda(CondaQuestion question, CancellationToken cancellation);

    /// <summary>Chooses Python distributions.</summary>
    /// <exception cref="Firn.Common.FirnException">There is no solver, or it finds no solution.</exception>
    public PythonSolution SolvePython(PythonQuestion question, CancellationToken cancellation);

    /// <summary>Builds the wheel of a source, in isolation.</summary>
    /// <exception cref="Firn.Common.FirnException">It cannot be built.</exception>
    public PlannedWheel Build(PlannedBuild build, PythonQuestion question, CancellationToken cancellation);
}

/// <summary>What a solver of conda is asked.</summary>
/// <param name="Specs">What is wanted.</param>
/// <param name="Channels">Where from, the first one first; empty for the solver's own.</param>
/// <param name="Platform">For example <c>linux-64</c>.</param>
internal sealed record CondaQuestion(ImmutableArray<MatchSpec> Specs, ImmutableArray<string> Channels, string Platform);

/// <summary>What a solver of conda chose.</summary>
/// <param name="Packages">Exact archives.</param>
/// <param name="Solver">Its name and version, for example <c>micromamba 2.3.0</c>.</param>
internal sealed record CondaSolution(ImmutableArray<LockedCondaPackage> Packages, string Solver);

/// <summary>What a solver of Python distributions is asked.</summary>
internal sealed record PythonQuestion
{
    /// <summary>The requirement files.</summary>
    public ImmutableArray<RequirementSource> Sources { get; init; } = [];

    /// <summary>For which Python.</summary>
    public required PythonTarget Python { get; init; }

    /// <summary>Where from.</summary>
    public required IndexOptions Index { get; init; }

    /// <summary>What conda brings already, as <c>NAME==VERSION</c>: nothing else of that name may be chosen.</summary>
    public ImmutableArray<string> Constraints { get; init; } = [];
}

/// <summary>What a solver of Python distributions chose.</summary>
/// <param name="Distributions">Exact distributions.</param>
/// <param name="Solver">Its name and version, for example <c>pip 23.2.1</c>.</param>
internal sealed record PythonSolution(ImmutableArray<LockedDistribution> Distributions, string Solver);
