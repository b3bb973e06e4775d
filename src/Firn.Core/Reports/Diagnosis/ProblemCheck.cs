using Firn.Common;
using Firn.Common.Files;
using Firn.Python;
using Firn.Python.Distributions;

namespace Firn.Reports.Diagnosis;

/// <summary>What the capture itself met that is broken. Its notes on git and on the host are nothing for a doctor.</summary>
internal sealed class ProblemCheck : IDiagnosisCheck
{
    public void Run(DiagnosedEnvironment environment, List<DiagnosisFinding> findings, CancellationToken cancellation)
    {
        foreach (var group in environment.Capture.Problems.GroupBy(static problem => (problem.Code, problem.Message)))
        {
            if (Judge(environment, group.First()) is { } finding)
            {
                findings.Add(finding with
                {
                    Places = [.. group.Where(static problem => problem.Path is not null)
                        .Select(problem => new FindingPlace(problem.Path!, PackageAt(environment, problem.Path!)))],
                });
            }
        }
    }

    private static DiagnosisFinding? Judge(DiagnosedEnvironment environment, Problem problem) => problem.Code switch
    {
        "interpreter-missing" => Finding(problem, DiagnosisCodes.InterpreterMissing, DiagnosisLevel.Error, "make the environment again"),
        "base-interpreter-missing" => Finding(
            problem,
            DiagnosisCodes.InterpreterMissing,
            DiagnosisLevel.Error,
            "install that Python again, or make the environment again: `firn restore` does it from an archive"),
        "interpreter-library-missing" => Finding(
            problem,
            DiagnosisCodes.LibraryMissing,
            DiagnosisLevel.Error,
            "install the package that has the library, or put it into a folder that the loader searches (`ld.so --list PYTHON` shows which)"),
        "editable-missing" => Finding(
            problem, DiagnosisCodes.EditableMissing, DiagnosisLevel.Error, "put the folder back, or pip uninstall the package"),
        "distribution-name-invalid" => Finding(
            problem, DiagnosisCodes.MetadataBroken, DiagnosisLevel.Warning, "delete it: an interrupted pip left it behind"),
        "metadata-missing" or "metadata-not-utf8" or "metadata-without-name" or "metadata-without-version"
            or "version-missing" or "direct-url-invalid" or "direct-url-not-local" or "record-outside"
            or "pth-unreadable" or "pth-encoding" or "pth-too-long" or "pyvenv-unreadable" => Finding(
                problem, DiagnosisCodes.MetadataBroken, DiagnosisLevel.Warning, "install the package again"),
        "record-missing" => Finding(
            problem,
            DiagnosisCodes.MetadataBroken,
            DiagnosisLevel.Info,
            "install the package again, so that pip can uninstall it and its files can be compared"),
        "version-invalid" => Finding(
            problem, DiagnosisCodes.MetadataBroken, DiagnosisLevel.Info, "update the package: pip 24.1 and newer refuse such versions"),
        "duplicate-distribution" => Finding(
            problem,
            DiagnosisCodes.DistributionTwice,
            IsOfSystem(environment, problem.Path) ? DiagnosisLevel.Info : DiagnosisLevel.Warning,
            IsOfSystem(environment, problem.Path)
                ? "nothing: the system's package ships both"
                : "pip uninstall it until it is gone, then install it once"),
        "shadowed-distribution" => Finding(
            problem,
            DiagnosisCodes.DistributionShadowed,
            environment.Capture.Environment.IsVirtualEnvironment ? DiagnosisLevel.Info : DiagnosisLevel.Warning,
            "nothing where it is meant; else uninstall the one that is not"),
        "conda-package-overwritten" or "conda-package-shadowed" => Finding(
            problem,
            DiagnosisCodes.CondaOverwritten,
            DiagnosisLevel.Warning,
            "pip uninstall it, then conda install --force-reinstall it; or leave the package to pip alone"),
        "conda-record-unreadable" or "conda-record-invalid" or "conda-record-misnamed" or "conda-record-duplicate"
            or "conda-meta-unreadable" or "conda-python-package-unlisted" or "conda-egg-link-ambiguous"
            or "conda-path-refused" => Finding(
                problem, DiagnosisCodes.CondaRecordBroken, DiagnosisLevel.Warning, "conda install --force-reinstall the package"),
        "native-library-malformed" or "native-library-unreadable" => Finding(
            problem, DiagnosisCodes.LibraryBroken, DiagnosisLevel.Warning, "install its package again; an import of it will fail"),
        "site-unreadable" or "folder-unreadable" => Finding(
            problem, DiagnosisCodes.FolderUnreadable, DiagnosisLevel.Warning, "check its permissions: Python sees no package in it"),
        "pythonhome-set" => Finding(
            problem,
            DiagnosisCodes.PythonHomeSet,
            DiagnosisLevel.Warning,
            "unset PYTHONHOME: it replaces the standard library of every Python"),
        _ => null,
    };

    private static DiagnosisFinding Finding(Problem problem, string code, DiagnosisLevel level, string advice) => new()
    {
        Code = code,
        Level = level,
        Message = problem.Message,
        Advice = advice,
    };

    private static bool IsOfSystem(DiagnosedEnvironment environment, string? path) =>
        path is not null && path.StartsWith("/usr/lib/", StringComparison.Ordinal)
        && environment.Capture.Environment.Layers.Any(static layer => layer.Kind == EnvironmentLayerKind.System);

    private static string? PackageAt(DiagnosedEnvironment environment, string path)
    {
        foreach (var distribution in environment.Capture.Distributions)
        {
            if (path == distribution.MetadataPath || RealPath.IsWithin(path, distribution.MetadataPath))
            {
                return distribution.Owner == DistributionOwner.Conda ? distribution.CondaPackage : distribution.CanonicalName;
            }
        }

        return environment.Files.OwnerOf(path);
    }
}
