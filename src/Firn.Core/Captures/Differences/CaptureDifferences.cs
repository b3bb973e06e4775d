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
