namespace Firn.Host.Binaries;

/// <summary>Numeric runtimes of which an environment should have one.</summary>
internal enum NumericRuntimeKind
{
    /// <summary>OpenMP of GCC: <c>libgomp</c>.</summary>
    GnuOpenMp,

    /// <summary>OpenMP of LLVM: <c>libomp</c>.</summary>
    LlvmOpenMp,

    /// <summary>OpenMP of Intel: <c>libiomp5</c>, <c>libiomp5md.dll</c>.</summary>
    IntelOpenMp,

    /// <summary>OpenMP of Microsoft: <c>vcomp140.dll</c>.</summary>
    MicrosoftOpenMp,

    /// <summary>OpenBLAS.</summary>
    OpenBlas,

    /// <summary>Intel's MKL.</summary>
    Mkl,
}

/// <summary>What numeric runtimes are called and what they export: threadpoolctl's own table (threadpoolctl.py).</summary>
internal static class NumericRuntimeNames
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
    public static NumericRuntimeKind? KindOf(string fileName)
    {
        // Intel's stubs export the functions and have no threads; LLVM's offloading and debugging libraries begin alike.
        var name = fileName.ToLowerInvariant();
        if (name.Contains("stubs", StringComparison.Ordinal) || StartsWithAny(name, "libomptarget", "libompd", "libompt", "libiomp5_db"))
        {
            return null;
        }

        return name switch
        {
            _ when StartsWithAny(name, "libgomp") => NumericRuntimeKind.GnuOpenMp,
            _ when StartsWithAny(name, "libiomp") => NumericRuntimeKind.IntelOpenMp,
            _ when StartsWithAny(name, "libomp") => NumericRuntimeKind.LlvmOpenMp,
            _ when StartsWithAny(name, "vcomp") => NumericRuntimeKind.MicrosoftOpenMp,
            _ when StartsWithAny(name, "libopenblas", "libscipy_openblas", "openblas") => NumericRuntimeKind.OpenBlas,
            _ when StartsWithAny(name, "libmkl_rt", "mkl_rt") => NumericRuntimeKind.Mkl,
            _ => null,
        };
    }

    public static bool IsOpenMp(NumericRuntimeKind kind) => kind is not (NumericRuntimeKind.OpenBlas or NumericRuntimeKind.Mkl);

    /// <summary>Symbols of which a library of the kind exports at least one.</summary>
    public static IReadOnlyList<string> SymbolsOf(NumericRuntimeKind kind) => kind switch
    {
        NumericRuntimeKind.OpenBlas => OpenBlas,
        NumericRuntimeKind.Mkl => Mkl,
        _ => OpenMp,
    };

    /// <summary>As people call it.</summary>
    public static string NameOf(NumericRuntimeKind kind) => kind switch
    {
        NumericRuntimeKind.GnuOpenMp => "libgomp (GCC)",
        NumericRuntimeKind.LlvmOpenMp => "libomp (LLVM)",
        NumericRuntimeKind.IntelOpenMp => "libiomp5 (Intel)",
        NumericRuntimeKind.MicrosoftOpenMp => "vcomp (Microsoft)",
        NumericRuntimeKind.OpenBlas => "OpenBLAS",
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
