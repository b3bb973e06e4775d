using Firn.Creation.Ingestion;
using Firn.Restore.Planning;

namespace Firn.Creation;

/// <summary>A prefix that is written and not yet captured.</summary>
/// <param name="Plan">What was written.</param>
/// <param name="Packages">Its packages.</param>
internal sealed record CreatedPrefix(RestorePlan Plan, IReadOnlyList<IngestedPackage> Packages);
