namespace Firn.Host.Loading;

/// <summary>What the libraries are for that decide numbers.</summary>
public static class NativeLibraryRoles
{
    /// <summary>Basic linear algebra; OpenBLAS, MKL, BLIS and FlexiBLAS bring LAPACK with them.</summary>
    public const string Blas = "blas";

    /// <summary>Linear algebra by itself.</summary>
    public const string Lapack = "lapack";

    /// <summary>Fast Fourier transforms.</summary>
    public const string Fftw = "fftw";

    /// <summary>A runtime of OpenMP.</summary>
    public const string OpenMp = "openmp";

    /// <summary>NVIDIA's driver and libraries.</summary>
    public const string Cuda = "cuda";

    /// <summary>Message passing.</summary>
    public const string Mpi = "mpi";

    /// <summary>The C library, with its mathematics and its loader.</summary>
    public const string Libc = "libc";

    /// <summary>Python itself.</summary>
    public const string Python = "python";

    /// <summary>
    /// The role of a library by its file name, or <see langword="null"/>. Names with a hash, as auditwheel gives them
    /// (<c>libgomp-a34b3233.so.1.0.0</c>), count too. The prefixes of OpenMP and BLAS are threadpoolctl's.
    /// </summary>
    public static string? Of(string fileName)
    {
        var at = fileName.IndexOf(".so", StringComparison.Ordinal);
        var name = (at < 0 ? fileName : fileName[..at]).ToLowerInvariant();
        if (!name.StartsWith("lib", StringComparison.Ordinal))
        {
            return name.StartsWith("ld-", StringComparison.Ordinal) || name == "ld64" ? Libc : null;
        }

        var stem = name.AsSpan(3);
        return IsAny(stem, Libraries(Libc), whole: true) ? Libc
            : StartsWithAny(stem, NotOpenMp) ? null
            : StartsWithAny(stem, Libraries(OpenMp)) ? OpenMp
            : StartsWithAny(stem, Libraries(Blas)) ? Blas
            : StartsWithAny(stem, Libraries(Lapack)) ? Lapack
            : StartsWithAny(stem, Libraries(Fftw)) ? Fftw
            : IsAny(stem, Libraries(Cuda), whole: false) ? Cuda
            : IsMpi(stem) ? Mpi
            : stem.StartsWith("python", StringComparison.Ordinal) ? Python
            : null;
    }

    // They share the runtime's prefix and are none: offloading, the debugger's interface, tracing.
    private static ReadOnlySpan<string> NotOpenMp => new[] { "omptarget", "ompd", "omptrace", "ompstub", "ompi" };

    private static ReadOnlySpan<string> Libraries(string role) => role switch
    {
        Libc => new[] { "c", "m", "mvec", "pthread", "dl", "rt", "util" },
        OpenMp => new[] { "gomp", "omp", "iomp" },
        Blas => new[]
        {
            "openblas", "scipy_openblas", "blas", "cblas", "mkl_", "blis", "flexiblas", "atlas", "satlas", "tatlas",
            "nvpl_blas", "armpl", "gslcblas",
        },
        Lapack => new[] { "lapack", "nvpl_lapack", "scalapack", "tmglib" },
        Fftw => new[] { "fftw", "nvpl_fftw" },
        Cuda => new[]
        {
            "cuda", "cudart", "cublas", "cublaslt", "cudnn", "cufft", "cufftw", "curand", "cusolver", "cusolvermg",
            "cusparse", "cusparselt", "cupti", "cufile", "nccl", "nvrtc", "nvjitlink", "nvtoolsext", "nvshmem",
            "nvinfer", "nvidia", "cutensor", "npp", "nvjpeg", "nvblas", "nvvm", "cuinj64", "cudss", "cuquantum",
        },
        _ => [],
    };

    private static bool StartsWithAny(ReadOnlySpan<char> stem, ReadOnlySpan<string> prefixes)
    {
        foreach (var prefix in prefixes)
        {
            if (stem.StartsWith(prefix, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The stem, whole or up to a separator: <c>cudnn_ops-1a2b</c> is <c>cudnn</c>, <c>cudawrap</c> is not <c>cuda</c>.</summary>
    private static bool IsAny(ReadOnlySpan<char> stem, ReadOnlySpan<string> names, bool whole)
    {
        foreach (var name in names)
        {
            if (stem.StartsWith(name, StringComparison.Ordinal)
                && (stem.Length == name.Length || stem[name.Length] == '-' || (!whole && stem[name.Length] is '_' or '.')))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsMpi(ReadOnlySpan<char> stem) =>
        stem is "mpi" or "mpich" or "mpicxx" or "mpifort" or "mpifort_gnu" or "pmpi" or "open-rte" or "open-pal"
        || stem.StartsWith("mpi_", StringComparison.Ordinal)
        || stem.StartsWith("mpi-", StringComparison.Ordinal)
        || stem.StartsWith("mpich", StringComparison.Ordinal)
        || stem.StartsWith("mvapich", StringComparison.Ordinal);
}
