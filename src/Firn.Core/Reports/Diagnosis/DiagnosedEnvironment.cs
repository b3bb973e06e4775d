using System.Collections.Immutable;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Python;
using Firn.Python.Distributions;

namespace Firn.Reports.Diagnosis;

/// <summary>What the checks look at: the capture, the files that packages list, and the numeric runtimes on disk.</summary>
internal sealed class DiagnosedEnvironment
{
    private DiagnosedEnvironment(
        Capture capture, OwnedFiles files, ImmutableArray<NumericRuntime> runtimes, DiagnosedSystem system)
    {
        Capture = capture;
        Files = files;
        Runtimes = runtimes;
        System = system;
    }

    public Capture Capture { get; }

    /// <summary>The files that RECORD and conda's records list.</summary>
    public OwnedFiles Files { get; }

    /// <summary>The OpenMP and BLAS libraries, each real file once, sorted by path.</summary>
    public ImmutableArray<NumericRuntime> Runtimes { get; }

    /// <summary>The system that the environment is of, which need not be this machine's.</summary>
    public DiagnosedSystem System { get; }

    /// <summary>Reads what the checks need.</summary>
    public static DiagnosedEnvironment Of(Capture capture, SystemContext systemContext, CancellationToken cancellation)
    {
        var files = OwnedFiles.Of(capture);
        var native = NativeFileFinder.Find(capture.Environment, cancellation);
        var runtimes = new NumericRuntimeFinder(capture, files, systemContext).Find(native);
        return new DiagnosedEnvironment(capture, files, runtimes, SystemOf(capture, native));
    }

    /// <summary>The distribution of the name, whoever installed it.</summary>
    public Distribution? Find(string canonicalName)
    {
        foreach (var distribution in Capture.Distributions)
        {
            if (distribution.CanonicalName == canonicalName)
            {
                return distribution;
            }
        }

        return null;
    }

    private static DiagnosedSystem SystemOf(Capture capture, IReadOnlyList<string> native)
    {
        if (capture.Environment.PathStyle == PathStyle.Windows)
        {
            return DiagnosedSystem.Windows;
        }

        foreach (var file in native)
        {
            if (file.EndsWith("-darwin.so", StringComparison.Ordinal) || file.EndsWith(".dylib", StringComparison.Ordinal))
            {
                return DiagnosedSystem.MacOS;
            }
        }

        return capture.Platform.StartsWith("macos", StringComparison.Ordinal) ? DiagnosedSystem.MacOS : DiagnosedSystem.Linux;
    }
}

/// <summary>Operating systems, as far as known trouble depends on them.</summary>
[Flags]
internal enum DiagnosedSystem
{
    None = 0,
    Linux = 1,
    MacOS = 2,
    Windows = 4,
    All = Linux | MacOS | Windows,
}
