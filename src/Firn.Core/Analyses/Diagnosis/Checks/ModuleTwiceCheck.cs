using System.Collections.Immutable;
using Firn.Python.Distributions;

namespace Firn.Analyses.Diagnosis.Checks;

/// <summary>Packages of which only one may be installed, since all are the same module: the last one installed wins.</summary>
internal sealed class ModuleTwiceCheck : IDiagnosisCheck
{
    /// <summary>The module, and who is it; the sources are in docs/doctor.md.</summary>
    private static readonly ImmutableArray<(string Module, ImmutableArray<string> Names)> Modules =
    [
        ("cv2", ["opencv-python", "opencv-python-headless", "opencv-contrib-python", "opencv-contrib-python-headless"]),
        ("onnxruntime", ["onnxruntime", "onnxruntime-gpu", "onnxruntime-directml", "onnxruntime-openvino"]),
    ];

    /// <summary>Whether two packages are known to be one module; their shared files then need no finding of their own.</summary>
    public static bool AreOne(string first, string second) =>
        Modules.Any(module => module.Names.Contains(first) && module.Names.Contains(second));

    public void Run(DiagnosedEnvironment environment, List<DiagnosisFinding> findings, CancellationToken cancellation)
    {
        foreach (var (module, names) in Modules)
        {
            List<Distribution> installed = [.. names.Select(environment.Find).OfType<Distribution>()];
            if (installed.Count < 2)
            {
                continue;
            }

            var list = string.Join(" and ", installed.Select(static package => $"{package.Name} {package.Version}"));
            findings.Add(new DiagnosisFinding
            {
                Code = DiagnosisCodes.ModuleTwice,
                Level = DiagnosisLevel.Warning,
                Message = $"{list} are all the module {module}, and overwrite each other's files",
                Advice = $"pip uninstall {string.Join(' ', installed.Select(static package => package.Name))}, then install one of them",
                Packages = [.. installed.Select(static package => package.CanonicalName).Order(StringComparer.Ordinal)],
                Places = [.. installed.Select(static package => new FindingPlace(package.MetadataPath, package.CanonicalName))],
            });
        }
    }
}
