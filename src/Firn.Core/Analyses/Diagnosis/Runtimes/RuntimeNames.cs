namespace Firn.Analyses.Diagnosis.Runtimes;

/// <summary>What numeric runtimes are called and what they export: threadpoolctl's own table (threadpoolctl.py).</summary>
internal static class RuntimeNames
{
    private static readonly string[] OpenMp = ["omp_get_max_threads", "omp_get_num_threads"];
    private static readonly string[] Mkl =
        ["MKL_Get_Max_Threads", "MKL_Set_Num_Threads", "MKL_Get_Version_String", "MKL_Set_Threading_Layer"];

    private static readonly string[] OpenBlas =
    [
        "openblas_get_num_threads", "openblas_get_num_threads64_", "openblas_get_num_threads_64",
        "scipy_openblas_get_num_threads", "scipy_openblas_get_num_threads64_", "scipy_openblas_get_num_threads_64",
    ];

    /// <summary>What a library of the file name would be; <see langword="null"/> for every other library.</summary>
    public static RuntimeKind? KindOf(string fileName)
    {
        // Intel's stubs export the functions and have no threads; LLVM's offloading and debugging libraries begin alike.
        var name = fileName.ToLowerInvariant();
        if (name.Contains("stubs", StringComparison.Ordinal) || StartsWithAny(name, "libomptarget", "libompd", "libompt", "libiomp5_db"))
        {
            return null;
        }

        return name switch
        {
            _ when StartsWithAny(name, "libgomp") => RuntimeKind.GnuOpenMp,
            _ when StartsWithAny(name, "libiomp") => RuntimeKind.IntelOpenMp,
            _ when StartsWithAny(name, "libomp") => RuntimeKind.LlvmOpenMp,
            _ when StartsWithAny(name, "vcomp") => RuntimeKind.MicrosoftOpenMp,
            _ when StartsWithAny(name, "libopenblas", "libscipy_openblas", "openblas") => RuntimeKind.OpenBlas,
            _ when StartsWithAny(name, "libmkl_rt", "mkl_rt") => RuntimeKind.Mkl,
            _ => null,
        };
    }

    /// <summary>Symbols of which a library of the kind exports at least one.</summary>
    public static IReadOnlyList<string> SymbolsOf(RuntimeKind kind) => kind switch
    {
        RuntimeKind.OpenBlas => OpenBlas,
        RuntimeKind.Mkl => Mkl,
        _ => OpenMp,
    };

    /// <summary>As people call it.</summary>
    public static string NameOf(RuntimeKind kind) => kind switch
    {
        RuntimeKind.GnuOpenMp => "libgomp (GCC)",
        RuntimeKind.LlvmOpenMp => "libomp (LLVM)",
        RuntimeKind.IntelOpenMp => "libiomp5 (Intel)",
        RuntimeKind.MicrosoftOpenMp => "vcomp (Microsoft)",
        RuntimeKind.OpenBlas => "OpenBLAS",
        _ => "MKL",
    };

    private static bool StartsWithAny(string name, params ReadOnlySpan<string> starts)
    {
        foreach (var start in starts)
        {
            if (name.StartsWith(start, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
