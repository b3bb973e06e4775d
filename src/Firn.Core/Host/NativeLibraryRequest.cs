using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Host;

/// <summary>What to look at for native libraries.</summary>
internal sealed record NativeLibraryRequest
{
    public required Surroundings Surroundings { get; init; }

    /// <summary>The environment's prefix, absolute.</summary>
    public required string Prefix { get; init; }

    /// <summary>The prefix of the interpreter, where it is another one.</summary>
    public string? BasePrefix { get; init; }

    /// <summary>The interpreter; a link is followed.</summary>
    public string? Executable { get; init; }

    /// <summary><c>libpython</c>, looked at only where the interpreter cannot be read.</summary>
    public string? LibPython { get; init; }

    /// <summary>Extension modules and bundled libraries, in any order, the same one several times or not.</summary>
    public required ImmutableArray<NativeCandidate> Candidates { get; init; }
}
