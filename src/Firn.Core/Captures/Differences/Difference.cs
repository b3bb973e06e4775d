namespace Firn.Captures.Differences;

/// <summary>One difference between two captures.</summary>
/// <param name="Kind">What differs.</param>
/// <param name="Change">How.</param>
/// <param name="Name">The canonical name of the package, the soname, the variable, or the fact of the host.</param>
/// <param name="First">What the first has; <see langword="null"/> where it is added.</param>
/// <param name="Second">What the second has; <see langword="null"/> where it is removed.</param>
public sealed record Difference(
    DifferenceKind Kind, DifferenceChange Change, string Name, string? First, string? Second);
