using System.Collections.Immutable;
using System.Globalization;

namespace Firn.Projects;

/// <summary>
/// The variables by which numeric libraries are told how many threads to use (docs/threads.md says for each who reads
/// it). The number of threads decides the order of sums, and so the last digits of results.
/// </summary>
internal static class ThreadVariables
{
    /// <summary>Options of XLA, the compiler of JAX and TensorFlow; added to those that are set.</summary>
    public const string XlaFlags = "XLA_FLAGS";

    private const string EigenOption = "--xla_cpu_multi_thread_eigen";

    /// <summary>Those whose value is the number of threads.</summary>
    private static readonly string[] Counts =
    [
        // The OpenMP specification, 6.2: libgomp, libomp, libiomp5, vcomp; also PyTorch, Arrow, SciPy, scikit-learn.
        "OMP_NUM_THREADS",
        "MKL_NUM_THREADS",
        // OpenBLAS reads these two in this order, then OMP_NUM_THREADS (driver/others/openblas_env.c).
        "OPENBLAS_NUM_THREADS",
        "GOTO_NUM_THREADS",
        "BLIS_NUM_THREADS",
        "FLEXIBLAS_NUM_THREADS",
        // numexpr/utils.py: the pool's size, without which more than 8 or 16 are refused, and how many of it are used.
        "NUMEXPR_MAX_THREADS",
        "NUMEXPR_NUM_THREADS",
        "NUMBA_NUM_THREADS",
        // Accelerate, on macOS.
        "VECLIB_MAXIMUM_THREADS",
        "POLARS_MAX_THREADS",
        // rayon::ThreadPoolBuilder: tokenizers and other extensions that are written in Rust.
        "RAYON_NUM_THREADS",
        // No variable of oneTBB itself: programs that use it read this one.
        "TBB_NUM_THREADS",
        // loky's cpu_count(), and so joblib and scikit-learn with n_jobs=-1.
        "LOKY_MAX_CPU_COUNT",
        "OPENCV_FOR_THREADS_NUM",
        "TF_NUM_INTRAOP_THREADS",
        "TF_NUM_INTEROP_THREADS",
        // xla/pjrt/utils.cc, DefaultThreadPoolSize(): the pool of JAX on CPUs.
        "NPROC",
    ];

    /// <summary>A runtime that may take fewer threads when the machine is busy gives other sums from run to run.</summary>
    private static readonly string[] Dynamic = ["OMP_DYNAMIC", "MKL_DYNAMIC"];

    /// <summary>All names, sorted.</summary>
    public static ImmutableArray<string> Names { get; } =
        [.. Counts.Concat(Dynamic).Append(XlaFlags).Order(StringComparer.Ordinal)];

    /// <summary>The variables for a number of threads.</summary>
    /// <param name="threads">At least 1.</param>
    public static ImmutableSortedDictionary<string, string> For(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        var number = threads.ToString(CultureInfo.InvariantCulture);
        var variables = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var name in Counts)
        {
            variables[name] = number;
        }

        foreach (var name in Dynamic)
        {
            variables[name] = "FALSE";
        }

        variables[XlaFlags] = XlaOption(threads);
        return variables.ToImmutable();
    }

    /// <summary>The value of <see cref="XlaFlags"/> that keeps what is set there already: it comes last, and the last wins.</summary>
    /// <param name="option">The one for the number of threads.</param>
    /// <param name="set">What is set, or <see langword="null"/>.</param>
    public static string WithXlaOptions(string option, string? set)
    {
        if (string.IsNullOrWhiteSpace(set))
        {
            return option;
        }

        // A value that does not begin with a dash names a file of options (xla/parse_flags_from_env.cc).
        return set.TrimStart().StartsWith('-') && !set.Contains(EigenOption, StringComparison.Ordinal)
            ? $"{option} {set}"
            : set;
    }

    /// <summary>
    /// Eigen's own threads can only be on or off. The word <c>intra_op_parallelism_threads=N</c>, which recipes add
    /// (jax-ml/jax#743), is none for XLA: it has no dashes, and what stands behind it would be lost, since the parse ends
    /// there (xla/parse_flags_from_env.cc, ParseArgvFromString).
    /// </summary>
    private static string XlaOption(int threads) => $"{EigenOption}={(threads == 1 ? "false" : "true")}";
}
