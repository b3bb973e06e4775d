using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Conda.Locks;

/// <summary>What of a lock is to be installed.</summary>
/// <param name="Conda">The packages of conda; these first.</param>
/// <param name="Pip">The packages of pip.</param>
/// <param name="Problems">What makes it unusable; then the lists are empty or incomplete.</param>
internal sealed record CondaLockSelection(
    ImmutableArray<LockedCondaPackage> Conda, ImmutableArray<LockedPipPackage> Pip, ImmutableArray<Problem> Problems);
