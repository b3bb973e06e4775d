using System.Collections.Immutable;

namespace Firn.Host;

/// <summary>What the compiled parts of an environment are and what they are linked with.</summary>
public sealed record NativeLibraries
{
    /// <summary>The libraries that something is linked with, inside the environment and outside, sorted by path.</summary>
    public required ImmutableArray<NativeLibrary> Libraries { get; init; }

    /// <summary>The environment's own extension modules and libraries, sorted by path.</summary>
    public required ImmutableArray<NativeObject> Objects { get; init; }

    /// <summary>The names that lead to no file, sorted.</summary>
    public required ImmutableArray<UnresolvedLibrary> Unresolved { get; init; }

    /// <summary>Those of them without which the interpreter does not even start; no part of the document, which has a problem for each.</summary>
    internal ImmutableArray<string> MissingAtStart { get; init; } = [];

    /// <summary>The system's package manager: <c>dpkg</c>, <c>apk</c>, <c>rpm</c> (not read: the build ids stand), or <see langword="null"/>.</summary>
    public string? PackageManager { get; init; }

    /// <summary>The oldest glibc that all of the environment's own objects could be loaded with.</summary>
    public GlibcVersion? RequiredGlibc { get; init; }

    /// <summary>An environment without native code.</summary>
    public static NativeLibraries None { get; } = new() { Libraries = [], Objects = [], Unresolved = [] };
}
