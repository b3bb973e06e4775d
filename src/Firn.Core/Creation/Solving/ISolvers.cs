using Firn.Creation.Planning;

namespace Firn.Creation.Solving;

/// <summary>
/// The programs of the machine that choose versions and build wheels. Firn has no solver: what is not pinned is asked of
/// the one that is there.
/// </summary>
internal interface ISolvers
{
    /// <summary>Chooses conda packages.</summary>
    /// <exception cref="Common.FirnException">There is no solver, or it finds no solution.</exception>
    public CondaSolution SolveConda(CondaQuestion question, CancellationToken cancellation);

    /// <summary>Chooses Python distributions.</summary>
    /// <exception cref="Common.FirnException">There is no solver, or it finds no solution.</exception>
    public PythonSolution SolvePython(PythonQuestion question, CancellationToken cancellation);

    /// <summary>Builds the wheel of a source, in isolation.</summary>
    /// <exception cref="Common.FirnException">It cannot be built.</exception>
    public PlannedWheel Build(PlannedBuild build, PythonQuestion question, CancellationToken cancellation);
}
