using Firn.Conda.Locks;
using Firn.Fetching;

namespace Firn.Creation.Planning;

/// <summary>A conda package that an environment gets.</summary>
/// <param name="Package">What the lock says of it.</param>
/// <param name="Request">Where it is, and what it must be.</param>
internal sealed record PlannedConda(LockedCondaPackage Package, FetchRequest Request);
