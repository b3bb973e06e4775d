using System.Collections.Immutable;
using Firn.Host.Binaries;
using Firn.Host.SystemPackages;

namespace Firn.Host.Loading;

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

    /// <summary>The system's package manager: <c>dpkg</c>, <c>apk</c>, <c>rpm</c>, or <see langword="null"/>.</summary>
    public string? PackageManager { get; init; }

    /// <summary>The oldest glibc that all of the environment's own objects could be loaded with.</summary>
    public GlibcVersion? RequiredGlibc { get; init; }

    /// <summary>An environment without native code.</summary>
    public static NativeLibraries None { get; } = new() { Libraries = [], Objects = [], Unresolved = [] };
}

/// <summary>A shared library that something in the environment is linked with.</summary>
public sealed record NativeLibrary
{
    /// <summary>Its <c>DT_SONAME</c>, else the name by which it is needed.</summary>
    public required string Soname { get; init; }

    /// <summary>Its file, links followed: relative to the prefix where it lies there, else absolute.</summary>
    public required string Path { get; init; }

    /// <summary>Whether it belongs to the environment or its interpreter and not to the system.</summary>
    public bool InEnvironment { get; init; }

    /// <summary>The distribution or conda package that ships it.</summary>
    public string? Owner { get; init; }

    /// <summary>The GNU build id.</summary>
    public string? BuildId { get; init; }

    /// <summary>The system's package that it is from, where it lies outside the environment and one owns it.</summary>
    public SystemPackage? SystemPackage { get; init; }

    /// <summary>
    /// Who needs it directly, sorted: packages of the environment, <c>python</c> for the interpreter, else sonames of
    /// other libraries.
    /// </summary>
    public required ImmutableArray<string> NeededBy { get; init; }

    /// <summary>What it is for, one of <see cref="NativeLibraryRoles"/>, or <see langword="null"/>.</summary>
    public string? Role { get; init; }

    /// <summary>
    /// Whether no search of the loader leads to it: the environment ships it, and its package has to load it first.
    /// </summary>
    public bool Preloaded { get; init; }
}

/// <summary>An extension module or a library that the environment ships.</summary>
/// <param name="Path">Relative to the prefix where it lies there, else absolute.</param>
/// <param name="Owner">The distribution or conda package that lists it.</param>
/// <param name="BuildId">The GNU build id.</param>
/// <param name="Needed">Its <c>DT_NEEDED</c>, in the file's order.</param>
public sealed record NativeObject(string Path, string? Owner, string? BuildId, ImmutableArray<string> Needed);

/// <summary>A name that the loader would not find.</summary>
/// <param name="Name">The name as it stands in <c>DT_NEEDED</c>.</param>
/// <param name="NeededBy">The files that need it, relative to the prefix where they lie there, sorted.</param>
public sealed record UnresolvedLibrary(string Name, ImmutableArray<string> NeededBy);
