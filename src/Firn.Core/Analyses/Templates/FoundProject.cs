using System.Collections.Immutable;
using Firn.Analyses.Projects;

namespace Firn.Analyses.Templates;

/// <summary>What a folder holds that tells how its Python project is set up. Paths are relative to it.</summary>
internal sealed record FoundProject
{
    /// <summary>Absolute.</summary>
    public required string Folder { get; init; }

    /// <summary>The name for the project: the folder's, without what no subject can hold.</summary>
    public required string Name { get; init; }

    /// <summary>The environment that a <c>firn.yaml</c> names which is there already.</summary>
    public EnvironmentChoice? Chosen { get; init; }

    /// <summary>The folder of a virtual environment, for example <c>.venv</c>.</summary>
    public string? VirtualEnvironment { get; init; }

    /// <summary>conda's environment.yml, or another name of it.</summary>
    public string? CondaSpec { get; init; }

    /// <summary>environment-locked.yml: the same with exact versions.</summary>
    public string? CondaLock { get; init; }

    /// <summary>A lock of this machine that <c>firn create</c> installs as it is.</summary>
    public string? Lock { get; init; }

    /// <summary>A lock of another tool, and how it becomes one that Firn installs.</summary>
    public (string Name, string Advice)? ForeignLock { get; init; }

    /// <summary>The <c>name</c> in the conda files.</summary>
    public string? CondaName { get; init; }

    /// <summary>Whether a conda environment of that name is installed here.</summary>
    public bool IsCondaInstalled { get; init; }

    public string? Requirements { get; init; }

    public bool HasPyproject { get; init; }

    /// <summary>For example <c>3.11</c>, from the virtual environment; <see langword="null"/> where nothing tells.</summary>
    public string? PythonVersion { get; init; }

    /// <summary>Where modules are imported from that no installation brings: <c>src</c>, <c>.</c>.</summary>
    public string? ImportFolder { get; init; }

    /// <summary>Scripts that look like analyses, in the order in which they would run.</summary>
    public ImmutableArray<string> Scripts { get; init; } = [];

    /// <summary>The folder of the tests; <c>.</c> where they lie beside the sources.</summary>
    public string? Tests { get; init; }

    /// <summary>Whether the folder or one above is a git repository.</summary>
    public bool HasRepository { get; init; }

    /// <summary>The conda file that a machine is set up from: the exact one first.</summary>
    public string? CondaFile => CondaLock ?? CondaSpec;
}
