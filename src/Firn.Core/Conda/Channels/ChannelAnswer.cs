using System.Collections.Immutable;
using Firn.Common;
using Firn.Conda.Locks;

namespace Firn.Conda.Channels;

/// <summary>What channels have of what was looked for.</summary>
/// <param name="Found">The packages, in the order of their specs.</param>
/// <param name="Missing">All that no channel has.</param>
/// <param name="Problems">What went wrong with channels; fatal only where something is missing.</param>
internal sealed record ChannelAnswer(
    ImmutableArray<LockedCondaPackage> Found, ImmutableArray<MissingPackage> Missing, ImmutableArray<Problem> Problems);
