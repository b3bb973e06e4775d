using System.Collections.Immutable;

namespace Firn.Host;

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
