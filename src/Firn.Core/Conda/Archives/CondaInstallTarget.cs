namespace Firn.Conda.Archives;

/// <summary>The environment that a package is installed into.</summary>
internal sealed record CondaInstallTarget
{
    /// <summary>Relative to the prefix, for example <c>lib/python3.11/site-packages</c>; <see langword="null"/> without a Python.</summary>
    public string? SitePackages { get; init; }

    /// <summary>The version of its Python, for example <c>3.11.7</c>; <see langword="null"/> without one.</summary>
    public string? PythonVersion { get; init; }

    /// <summary>Where the package came from.</summary>
    public CondaRecordFacts Facts { get; init; } = new();
}
