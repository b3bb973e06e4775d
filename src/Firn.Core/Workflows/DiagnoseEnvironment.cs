using Firn.Captures;
using Firn.Common;
using Firn.Reports.Diagnosis;

namespace Firn.Workflows;

/// <summary>What to examine.</summary>
public sealed record DiagnoseEnvironmentRequest
{
    /// <summary>Which environment.</summary>
    public InspectionRequest Environment { get; init; } = new();

    /// <summary>Whether every file is read and its digest compared, or only its size.</summary>
    public bool ReadsData { get; init; }
}

/// <summary>
/// Says what in an environment will hurt: several OpenMP runtimes, packages known to crash together, edited files, broken
/// metadata, changes that no commit holds. Nothing is started or changed.
/// </summary>
/// <param name="systemContext">Variables, home and current folder.</param>
public sealed class DiagnoseEnvironment(SystemContext systemContext)
{
    /// <summary>Examines it.</summary>
    /// <param name="request">What.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="FirnException">There is no such environment.</exception>
    public DiagnosisReport Run(DiagnoseEnvironmentRequest request, CancellationToken cancellation = default) =>
        new EnvironmentDoctor(systemContext).Examine(request.Environment, request.ReadsData, cancellation);
}
