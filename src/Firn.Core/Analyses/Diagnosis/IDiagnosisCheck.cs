namespace Firn.Analyses.Diagnosis;

/// <summary>Looks for one kind of trouble.</summary>
internal interface IDiagnosisCheck
{
    /// <summary>Adds what it finds; reads files only, and changes nothing.</summary>
    public void Run(DiagnosedEnvironment environment, List<DiagnosisFinding> findings, CancellationToken cancellation);
}
