using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Host.Machine;

/// <summary>Takes the variables that change numbers, and none else: a list of names decides, no pattern.</summary>
internal static class CapturedVariables
{
    private const int LongestValue = 64 * 1024;

    /// <summary>The variables on the list that are set, sorted by name.</summary>
    public static ImmutableArray<CapturedVariable> Read(SystemContext systemContext)
    {
        var captured = new List<CapturedVariable>();
        foreach (var (name, value) in systemContext.Variables)
        {
            if (VariableKinds.Of(name) is not null && value.Length <= LongestValue)
            {
                captured.Add(new CapturedVariable(name, WithoutCredentials(value)));
            }
        }

        captured.Sort(static (left, right) => string.CompareOrdinal(left.Name, right.Name));
        return [.. captured];
    }

    /// <summary>Cleans each URL of the value; folders are left alone, where <c>/t/</c> is no token.</summary>
    private static string WithoutCredentials(string value)
    {
        if (!value.Contains("://", StringComparison.Ordinal))
        {
            return value;
        }

        var words = value.Split(' ');
        for (var i = 0; i < words.Length; i++)
        {
            var parts = words[i].Split(',');
            for (var j = 0; j < parts.Length; j++)
            {
                parts[j] = parts[j].Contains("://", StringComparison.Ordinal) ? Credentials.Remove(parts[j]) : parts[j];
            }

            words[i] = string.Join(',', parts);
        }

        return string.Join(' ', words);
    }
}

/// <summary>An environment variable that is on the list, with credentials taken out of its value.</summary>
/// <param name="Name">The name.</param>
/// <param name="Value">The value; may be empty, which is not the same as unset.</param>
public sealed record CapturedVariable(string Name, string Value);

/// <summary>What the captured variables act on.</summary>
internal static class VariableKinds
{
    /// <summary>Numbers of threads and their placing: they decide the order of sums.</summary>
    public const string Threads = "threads";

    /// <summary>Which kernels a library takes for the CPU.</summary>
    public const string CpuDispatch = "cpu-dispatch";

    /// <summary>What Python imports, and in which order it iterates over sets.</summary>
    public const string Python = "python";

    /// <summary>Accelerators.</summary>
    public const string Gpu = "gpu";

    /// <summary>Which libraries the loader takes.</summary>
    public const string Loader = "loader";

    /// <summary>Language and time zone: parsing, sorting, dates.</summary>
    public const string Locale = "locale";

    /// <summary>Input and output; no number depends on it.</summary>
    public const string Io = "io";

    /// <summary>Builds only; no result depends on it.</summary>
    public const string Build = "build";

    /// <summary>The kind of a variable on the list; <see langword="null"/> for every other one.</summary>
    public static string? Of(string name) => name switch
    {
        "OMP_NUM_THREADS" or "OPENBLAS_NUM_THREADS" or "MKL_NUM_THREADS" or "BLIS_NUM_THREADS" or "NUMBA_NUM_THREADS"
            or "NUMEXPR_NUM_THREADS" or "NUMEXPR_MAX_THREADS" or "VECLIB_MAXIMUM_THREADS" or "GOTO_NUM_THREADS"
            or "FLEXIBLAS_NUM_THREADS" or "POLARS_MAX_THREADS" or "RAYON_NUM_THREADS" or "TBB_NUM_THREADS"
            or "LOKY_MAX_CPU_COUNT" or "SLURM_CPUS_PER_TASK" or "OMP_DYNAMIC" or "MKL_DYNAMIC" or "OMP_SCHEDULE"
            or "OMP_PROC_BIND" or "OMP_PLACES" or "OMP_THREAD_LIMIT" or "KMP_AFFINITY" or "KMP_DETERMINISTIC_REDUCTION"
            or "KMP_DUPLICATE_LIB_OK" or "MKL_THREADING_LAYER" or "MKL_INTERFACE_LAYER" or "NUMBA_THREADING_LAYER"
            or "FLEXIBLAS" or "OPENCV_FOR_THREADS_NUM" or "TF_NUM_INTRAOP_THREADS" or "TF_NUM_INTEROP_THREADS"
            or "NPROC" => Threads,
        "NPY_DISABLE_CPU_FEATURES" or "NPY_ENABLE_CPU_FEATURES" or "OPENBLAS_CORETYPE" or "MKL_CBWR"
            or "MKL_ENABLE_INSTRUCTIONS" or "ATEN_CPU_CAPABILITY" or "GLIBC_TUNABLES" or "BLIS_ARCH_TYPE" => CpuDispatch,
        "PYTHONHASHSEED" or "PYTHONPATH" or "PYTHONHOME" or "PYTHONNOUSERSITE" or "PYTHONUSERBASE" or "PYTHONSAFEPATH"
            or "PYTHONOPTIMIZE" or "PYTHONUTF8" or "PYTHONPLATLIBDIR" or "VIRTUAL_ENV" or "CONDA_PREFIX"
            or "CONDA_DEFAULT_ENV" => Python,
        "CUBLAS_WORKSPACE_CONFIG" or "CUDA_LAUNCH_BLOCKING" or "NVIDIA_TF32_OVERRIDE" or "TF_DETERMINISTIC_OPS"
            or "TF_CUDNN_DETERMINISTIC" or "XLA_FLAGS" or "NCCL_ALGO" or "NCCL_PROTO"
            or "NVTE_ALLOW_NONDETERMINISTIC_ALGO" or "CUDA_VISIBLE_DEVICES" or "NVIDIA_VISIBLE_DEVICES"
            or "ROCR_VISIBLE_DEVICES" or "HIP_VISIBLE_DEVICES" or "HSA_OVERRIDE_GFX_VERSION" => Gpu,
        "LD_LIBRARY_PATH" or "LD_PRELOAD" or "DYLD_LIBRARY_PATH" or "DYLD_INSERT_LIBRARIES" => Loader,
        "LC_ALL" or "LC_CTYPE" or "LC_NUMERIC" or "LC_COLLATE" or "LC_TIME" or "LANG" or "TZ" => Locale,
        "HDF5_USE_FILE_LOCKING" or "TMPDIR" => Io,
        "SOURCE_DATE_EPOCH" => Build,
        _ => null,
    };

    /// <summary>Whether results can differ where a variable of the kind does.</summary>
    public static bool ChangeNumbers(string kind) => kind is not (Io or Build);
}
