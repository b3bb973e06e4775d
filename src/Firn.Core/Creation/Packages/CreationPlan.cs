using System.Collections.Immutable;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Conda;
using Firn.Fetching;
using Firn.Python.Environments;
using Firn.Python.Indexes;
using Firn.Python.Interpreters;
using Firn.Python.Locks;

namespace Firn.Creation.Packages;

/// <summary>Exactly what an environment is to hold.</summary>
internal sealed record CreationPlan
{
    public required PythonTarget Python { get; init; }

    public ImmutableArray<PlannedConda> Conda { get; init; } = [];

    public ImmutableArray<PlannedWheel> Wheels { get; init; } = [];

    /// <summary>The variables that the conda environment sets.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Variables { get; init; } = [];

    /// <summary>The capture whose environment id it must come to have, where one was named.</summary>
    public Capture? Expected { get; init; }

    /// <summary>Whether a wheel that wants another Python is taken all the same.</summary>
    public bool IgnoresRequiresPython { get; init; }

    /// <summary>What the user should know.</summary>
    public ImmutableArray<Problem> Notes { get; init; } = [];

    public int Count => Conda.Length + Wheels.Length;
}

/// <summary>A plan, and how it came about: what <c>firn lock</c> writes down.</summary>
internal sealed record PlanningResult
{
    public required CreationPlan Plan { get; init; }

    /// <summary>What has no wheel yet, and is left in its folder where it is editable.</summary>
    public ImmutableArray<PlannedBuild> Editables { get; init; } = [];

    /// <summary>The solver of conda packages, where one was asked.</summary>
    public string? CondaSolver { get; init; }

    /// <summary>The solver of Python distributions, where one was asked.</summary>
    public string? PythonSolver { get; init; }

    /// <summary>Where Python distributions come from, all that was said taken together.</summary>
    public IndexOptions Index { get; init; } = IndexOptions.None;

    /// <summary>What was built from source, by name.</summary>
    public ImmutableArray<string> Built { get; init; } = [];
}

/// <summary>A wheel that an environment gets.</summary>
internal sealed record PlannedWheel
{
    /// <summary>The canonical name.</summary>
    public required string Name { get; init; }

    public required string Version { get; init; }

    /// <summary>The wheel's file name.</summary>
    public required string FileName { get; init; }

    /// <summary>The name as the requirement spells it: pip gives it to the folder of the wheel's headers.</summary>
    public required string AskedName { get; init; }

    /// <summary>What its files must come to, where a capture says it.</summary>
    public Sha256Digest? RecordedDigest { get; init; }

    /// <summary>Where it is, and what it must be.</summary>
    public required FetchRequest Request { get; init; }

    /// <summary>Whether the user asked for it, not another package.</summary>
    public bool IsRequested { get; init; }

    /// <summary>The URL of a requirement <c>name @ url</c>, which the environment records.</summary>
    public string? DirectUrl { get; init; }

    /// <summary>The whole <c>direct_url.json</c> of a wheel that was built from another source, in place of <see cref="DirectUrl"/>.</summary>
    public string? DirectUrlJson { get; init; }

    /// <summary>Which file asked for it, for example <c>requirements.txt:3</c>.</summary>
    public required string Origin { get; init; }
}

/// <summary>A conda package that an environment gets.</summary>
/// <param name="Package">What the lock says of it.</param>
/// <param name="Request">Where it is, and what it must be.</param>
internal sealed record PlannedConda(LockedCondaPackage Package, FetchRequest Request);

/// <summary>A distribution that has no wheel: pip builds one, in isolation, and that is installed like any other.</summary>
/// <param name="Distribution">What the lock says.</param>
/// <param name="Source">The source archive that an index has; <see langword="null"/> where the lock names the source.</param>
internal sealed record PlannedBuild(LockedDistribution Distribution, IndexFile? Source);

/// <summary>The Python that packages are installed for.</summary>
/// <param name="Version">The full version, as far as it is known: <c>3.11.7</c>.</param>
/// <param name="Tag">What the name of its folder says.</param>
/// <param name="SitePackages">Relative to the prefix: <c>lib/python3.11/site-packages</c>.</param>
/// <param name="Base">The Python of this machine under a virtual environment; <see langword="null"/> where conda brings one.</param>
internal sealed record PythonTarget(string Version, PythonTag Tag, string SitePackages, InstalledPython? Base)
{
    /// <summary>The name of its folder below <c>lib</c>: <c>python3.11</c>.</summary>
    public string Folder => Tag.FolderName;
}
