using System.Collections.Immutable;
using Firn.Creation.Inputs;
using Firn.Creation.Planning;
using Firn.Python.Indexes;

namespace Firn.Creation.Solving;

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
