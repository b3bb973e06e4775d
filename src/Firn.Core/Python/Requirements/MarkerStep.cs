namespace Firn.Python.Requirements;

/// <summary>A step of a marker in postfix order: a comparison, or what joins the two results before it.</summary>
/// <param name="Comparison">The comparison; <see langword="null"/> for <c>and</c> and <c>or</c>.</param>
/// <param name="IsAnd">Whether it is <c>and</c>.</param>
internal sealed record MarkerStep(MarkerComparison? Comparison, bool IsAnd)
{
    public static MarkerStep And { get; } = new(null, true);

    public static MarkerStep Or { get; } = new(null, false);
}
