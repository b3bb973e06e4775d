namespace Firn.Analyses.Diagnosis.Runtimes;

/// <summary>Numeric runtimes of which an environment should have one.</summary>
internal enum RuntimeKind
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
