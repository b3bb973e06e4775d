using System.Collections.Immutable;
using Firn.Common;
using Firn.Python.Indexes;

namespace Firn.Python.Requirements;

/// <summary>What requirement files say, with those that they include.</summary>
internal sealed record RequirementsFile
{
    /// <summary>The requirements and constraints in order.</summary>
    public ImmutableArray<RequirementEntry> Entries { get; init; } = [];

    /// <summary>The options for all of them.</summary>
    public IndexOptions Options { get; init; } = IndexOptions.None;

    /// <summary>What was not understood or not read; each message starts with the file and the line.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];

    /// <summary>Several files as one.</summary>
    public static RequirementsFile Join(IEnumerable<RequirementsFile> files)
    {
        var joined = new RequirementsFile();
        foreach (var file in files)
        {
            joined = new RequirementsFile
            {
                Entries = joined.Entries.AddRange(file.Entries),
                Options = joined.Options.Then(file.Options),
                Problems = joined.Problems.AddRange(file.Problems),
            };
        }

        return joined;
    }
}
