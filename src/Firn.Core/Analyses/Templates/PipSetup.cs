namespace Firn.Analyses.Templates;

/// <summary>How pip sets a project up.</summary>
internal static class PipSetup
{
    /// <summary>The Python that is taken where nothing names one.</summary>
    private const string DefaultVersion = "3.12";

    /// <summary>What follows <c>pip install</c>; <see langword="null"/> where there is nothing to install.</summary>
    public static string? Arguments(FoundProject found) => (found.Requirements, found.HasPyproject) switch
    {
        ({ } requirements, true) => $"-r {requirements} -e .",
        ({ } requirements, false) => $"-r {requirements}",
        (null, true) => "-e .",
        _ => null,
    };

    public static string PythonVersion(FoundProject found) => found.PythonVersion ?? DefaultVersion;
}
