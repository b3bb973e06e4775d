using System.Collections.Immutable;

namespace Firn.Analyses.Diagnosis.Checks;

/// <summary>Files that are not what their packages recorded, one finding for a package.</summary>
/// <param name="code">The findings' code.</param>
/// <param name="one">What is said of a single file.</param>
/// <param name="several">What is said of more.</param>
/// <param name="advice">What to do.</param>
internal sealed class FileFindings(string code, string one, string several, string advice)
{
    private readonly SortedDictionary<string, SortedSet<string>> _paths = new(StringComparer.Ordinal);

    public void Add(string owner, string path)
    {
        if (!_paths.TryGetValue(owner, out var paths))
        {
            _paths[owner] = paths = new SortedSet<string>(StringComparer.Ordinal);
        }

        paths.Add(path);
    }

    public void AddTo(List<DiagnosisFinding> findings)
    {
        foreach (var (owner, paths) in _paths)
        {
            findings.Add(new DiagnosisFinding
            {
                Code = code,
                Level = DiagnosisLevel.Warning,
                Message = paths.Count == 1 ? $"a file of {owner} {one}" : $"{paths.Count} files of {owner} {several}",
                Advice = code == DiagnosisCodes.FileEdited && paths.All(IsCertificates)
                    ? "name your certificates in REQUESTS_CA_BUNDLE, AWS_CA_BUNDLE and SSL_CERT_FILE, and install the package again"
                    : advice,
                Packages = [owner],
                Places = [.. paths.Select(path => new FindingPlace(path, owner))],
            });
        }
    }

    /// <summary>The three kinds that both ways of looking have.</summary>
    public static ImmutableArray<FileFindings> Kinds(bool readsData) =>
    [
        new FileFindings(
            DiagnosisCodes.FileEdited,
            readsData ? "differs from what is recorded of it" : "has another size than is recorded",
            readsData ? "differ from what is recorded of them" : "have other sizes than are recorded",
            "put the change into a fork or an editable install, or install the package again; `firn capture --archive` keeps "
            + "edited files as they are"),
        new FileFindings(DiagnosisCodes.FileMissing, "is recorded and not there", "are recorded and not there", "install the package again"),
        new FileFindings(DiagnosisCodes.FileUnreadable, "cannot be read", "cannot be read", "check the permissions"),
    ];

    /// <summary>The certificates that people edit behind a proxy of their institute.</summary>
    private static bool IsCertificates(string path) => Path.GetFileName(path.AsSpan()) is "cacert.pem";
}
