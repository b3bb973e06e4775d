namespace Firn.Benchmarks.Compare;

/// <summary>What adding results costs.</summary>
/// <param name="Rows">A file added to stores of growing size, the empty one first.</param>
/// <param name="ManyAtOnce">Many files in one call.</param>
internal sealed record ResultsMeasurement(IReadOnlyList<Timings> Rows, Timings ManyAtOnce)
{
    /// <summary>How much slower than in an empty store an add may be (CONTRIBUTING.md, Speed).</summary>
    public const double AllowedFactor = 1.1;

    /// <summary>How long many results in one call may take.</summary>
    public static TimeSpan AllowedTime { get; } = TimeSpan.FromSeconds(3);

    /// <summary>The minimum of the slowest store over that of the empty one.</summary>
    public double WorstFactor => Rows.Max(row => row.Minimum / Rows[0].Minimum);

    public bool IsFlat => WorstFactor <= AllowedFactor;

    public bool IsMet => IsFlat && ManyAtOnce.Minimum <= AllowedTime;
}
