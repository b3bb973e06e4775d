using Firn.Python.Indexes;
using Firn.Python.Locks;

namespace Firn.Creation.Planning;

/// <summary>A distribution that has no wheel: pip builds one, in isolation, and that is installed like any other.</summary>
/// <param name="Distribution">What the lock says.</param>
/// <param name="Source">The source archive that an index has; <see langword="null"/> where the lock names the source.</param>
internal sealed record PlannedBuild(LockedDistribution Distribution, IndexFile? Source);
