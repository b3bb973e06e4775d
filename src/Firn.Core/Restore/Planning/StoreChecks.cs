using System.Collections.Immutable;
using Firn.Storage;

namespace Firn.Restore.Planning;

/// <summary>Whether a store has all that a restore reads.</summary>
internal static class StoreChecks
{
    public static void AddObstacles(Store store, ImmutableArray<PackageJob> jobs, List<string> obstacles)
    {
        foreach (var job in jobs)
        {
            if (!store.Bundles.Contains(job.Package.Bundle))
            {
                obstacles.Add($"the bundle of {job.Name} is not in the store ({job.Package.Bundle})");
            }

            if (job.Package.Conda is { } conda && !store.Files.Contains(conda.Record))
            {
                obstacles.Add($"the record of {job.Name} is not in the store ({conda.Record})");
            }
        }
    }
}
