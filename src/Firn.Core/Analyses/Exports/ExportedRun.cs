using System.Collections.Immutable;
using Firn.Analyses.Records;
using Firn.Captures;
using Firn.Storage.Records;

namespace Firn.Analyses.Exports;

/// <summary>A run of the store with what its files say of it.</summary>
internal sealed record ExportedRun
{
    public required StoredRun Run { get; init; }

    /// <summary>What it did; <see langword="null"/> for files that were added by hand.</summary>
    public Execution? Execution { get; init; }

    /// <summary>The environment that it ran in, else that it was built in; <see langword="null"/> where none was kept.</summary>
    public Capture? Capture { get; init; }

    /// <summary>The files of the code; <see langword="null"/> where the store has only their commit.</summary>
    public CodeDocument? Code { get; init; }

    public RunRecord Record => Run.Record;

    /// <summary>As command lines name it.</summary>
    public string Reference => $"{Record.Subject}/{Record.Name}@{Record.Number}";

    /// <summary>The files that the analysis made; what Firn put beside them is not among them.</summary>
    public ImmutableArray<RunResource> Outputs
    {
        get
        {
            if (Execution is null)
            {
                return [.. Record.Resources.Where(static resource => !RunFiles.IsOfFirn(resource.Name))];
            }

            var names = Execution.Outputs.Select(static output => RunResourceNames.OfOutput(output.Path)).ToHashSet(StringComparer.Ordinal);
            return [.. Record.Resources.Where(resource => names.Contains(resource.Name))];
        }
    }
}
