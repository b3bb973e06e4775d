using System.Collections.Immutable;

namespace Firn.Host;

/// <summary>A name that the loader would not find.</summary>
/// <param name="Name">The name as it stands in <c>DT_NEEDED</c>.</param>
/// <param name="NeededBy">The files that need it, relative to the prefix where they lie there, sorted.</param>
public sealed record UnresolvedLibrary(string Name, ImmutableArray<string> NeededBy);
