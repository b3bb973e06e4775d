using Firn.Common;
using Firn.Creation.Packages;
using Firn.Creation.Solving;

namespace Firn.Creation.Solvers;

/// <summary>The solvers and builders of this machine; what they make on the way lies in one folder until this is disposed.</summary>
internal sealed class MachineSolvers(SystemContext systemContext) : ISolvers, IDisposable
{
    private string? _folder;

    public CondaSolution SolveConda(CondaQuestion question, CancellationToken cancellation) =>
        new CondaProgram(systemContext, Folder()).Solve(question, cancellation);

    public PythonSolution SolvePython(PythonQuestion question, CancellationToken cancellation) =>
        Pip(question, "chooses versions").Solve(question, cancellation);

    public PlannedWheel Build(PlannedBuild build, PythonQuestion question, CancellationToken cancellation)
    {
        return Pip(question, "builds from source").Build(build, question, cancellation);
    }

    public void Dispose()
    {
        if (_folder is not null)
        {
            Firn.Restore.Writing.TreeRemoval.TryRemove(_folder);
        }
    }

    private PipProgram Pip(PythonQuestion question, string what) =>
        new PipFinder(systemContext).Find(question.Python.Base) is { } found
            ? new PipProgram(found.Python, found.Version, Folder())
            : throw new FirnException(
                $"there is no pip that {what} for Python {question.Python.Version}",
                "install pip 22.2 or newer for it; or give a lock: pip freeze, uv pip compile --generate-hashes, pylock.toml");

    private string Folder() => _folder ??= Directory.CreateTempSubdirectory("firn-solve-").FullName;
}
