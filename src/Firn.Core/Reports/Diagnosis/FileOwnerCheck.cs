using System.Collections.Immutable;
using Firn.Common.Files;
using Firn.Python.Distributions;

namespace Firn.Reports.Diagnosis;

/// <summary>Files that two packages list with other contents: the one that was installed last has overwritten the other.</summary>
internal sealed class FileOwnerCheck : IDiagnosisCheck
{
    private const int NamespaceLimit = 64 * 1024;

    public void Run(DiagnosedEnvironment environment, List<DiagnosisFinding> findings, CancellationToken cancellation)
    {
        var pairs = environment.Files.Shared
            .Where(static pair => pair.First.Hash != pair.Second.Hash || pair.First.Hash.Length == 0)
            .Where(static pair => !ModuleTwiceCheck.AreOne(pair.First.Owner, pair.Second.Owner))
            .GroupBy(static pair => (First: pair.First.Owner, Second: pair.Second.Owner));
        foreach (var pair in pairs)
        {
            var paths = pair.Select(static both => both.First.Path).Order(StringComparer.Ordinal).ToList();
            var isHarmless = paths.TrueForAll(IsHarmless);
            findings.Add(new DiagnosisFinding
            {
                Code = DiagnosisCodes.FileOwnedTwice,
                Level = isHarmless ? DiagnosisLevel.Info : DiagnosisLevel.Warning,
                Message = $"{pair.Key.First} and {pair.Key.Second} both own {(paths.Count == 1 ? "a file" : $"{paths.Count} files")}"
                    + " with other contents; the one installed last has overwritten the other's",
                Advice = isHarmless
                    ? "nothing: these are namespaces, tests, documents or licences, and no code of either is lost"
                    : $"keep one of them: pip uninstall both, then install {pair.Key.First} or {pair.Key.Second}",
                Packages = [.. new[] { pair.Key.First, pair.Key.Second }.Order(StringComparer.Ordinal)],
                Places = [.. paths.Select(path => new FindingPlace(path, null))],
            });
        }
    }

    /// <summary>
    /// A namespace of the old kind: each of its packages ships the same few lines, with other comments or line ends
    /// (setuptools' <c>declare_namespace</c>, <c>pkgutil.extend_path</c>).
    /// </summary>
    private static bool IsNamespace(string path)
    {
        var text = Path.GetFileName(path.AsSpan()) is "__init__.py" ? BoundedFile.Read(path, NamespaceLimit).Bytes : [];
        return text.IndexOf("declare_namespace"u8) >= 0 || text.IndexOf("extend_path"u8) >= 0;
    }

    /// <summary>What badly packed projects leave at the top of site-packages: their tests, documents and licences.</summary>
    private static bool IsHarmless(string path)
    {
        foreach (var folder in (ReadOnlySpan<string>)["tests", "test", "docs", "doc", "examples", "benchmarks"])
        {
            if (path.Contains($"/site-packages/{folder}/", StringComparison.Ordinal)
                || path.Contains($"/dist-packages/{folder}/", StringComparison.Ordinal))
            {
                return true;
            }
        }

        var name = Path.GetFileName(path.AsSpan());
        return name.StartsWith("LICENSE", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("README", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("CHANGELOG", StringComparison.OrdinalIgnoreCase)
            || path.Contains("/share/", StringComparison.Ordinal)
            || IsNamespace(path);
    }
}

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
