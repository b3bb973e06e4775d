using System.Collections.Immutable;

namespace Firn.Captures.Differences;

/// <summary>The differences between two captures.</summary>
/// <param name="Items">By kind and name.</param>
/// <param name="FirstId">The environment id of the first.</param>
/// <param name="SecondId">The environment id of the second.</param>
public sealed record CaptureDifferences(ImmutableArray<Difference> Items, string FirstId, string SecondId)
{
    /// <summary>Whether nothing differs. Contents are compared as recorded: no file's bytes were read.</summary>
    public bool AreEqual => Items.IsEmpty;

    /// <summary>
    /// Whether the environments are the same, whatever machine and variables are around them: the ids, and what no id digests,
    /// the commit of an editable install.
    /// </summary>
    public bool HaveEqualEnvironments => FirstId == SecondId
        && !Items.Any(static item => item.Kind is DifferenceKind.Interpreter or DifferenceKind.Package or DifferenceKind.CondaPackage);
}

/// <summary>One difference between two captures.</summary>
/// <param name="Kind">What differs.</param>
/// <param name="Change">How.</param>
/// <param name="Name">The canonical name of the package, the soname, the variable, or the fact of the host.</param>
/// <param name="First">What the first has; <see langword="null"/> where it is added.</param>
/// <param name="Second">What the second has; <see langword="null"/> where it is removed.</param>
public sealed record Difference(
    DifferenceKind Kind, DifferenceChange Change, string Name, string? First, string? Second);

/// <summary>What differs, in the order in which it is shown.</summary>
public enum DifferenceKind
{
    /// <summary>The interpreter, its version or its platform.</summary>
    Interpreter,

    /// <summary>A Python distribution.</summary>
    Package,

    /// <summary>A conda package.</summary>
    CondaPackage,

    /// <summary>A shared library that the environment is linked with.</summary>
    NativeLibrary,

    /// <summary>An environment variable of the allow-list.</summary>
    Variable,

    /// <summary>The machine.</summary>
    Host,
}

/// <summary>How the second differs from the first.</summary>
public enum DifferenceChange
{
    /// <summary>Only the second has it.</summary>
    Added,

    /// <summary>Only the first has it.</summary>
    Removed,

    /// <summary>Both have it, with another version or value.</summary>
    Changed,

    /// <summary>Both have the same version, with other contents.</summary>
    Contents,
}
