using System.Collections.Immutable;
using Firn.Captures.Documents;
using Firn.Captures.Verification;
using Firn.Common;
using Firn.Common.Files;
using Firn.Python;

namespace Firn.Reports.Diagnosis;

/// <summary>Files whose bytes are not the recorded ones: every file is read, as <c>firn verify --read-data</c> does.</summary>
internal sealed class FileDigestCheck : IDiagnosisCheck
{
    /// <summary>What no record tells, so that it was not compared.</summary>
    public ImmutableArray<UncomparedPart> NotCompared { get; private set; } = [];

    public void Run(DiagnosedEnvironment environment, List<DiagnosisFinding> findings, CancellationToken cancellation)
    {
        var kinds = RecordedFileFindings.Kinds(readsData: true);
        var shared = environment.Files.Shared.Select(static pair => pair.First.Path).ToHashSet(StringComparer.Ordinal);
        var problems = new List<Problem>();
        var reader = new ExpectedFileReader(environment.Capture, problems);
        var files = reader.Read();
        var verifier = new FileVerifier(files, environment.Capture.Environment.Prefix);
        foreach (var difference in verifier.Run(cancellation))
        {
            var kind = difference.State switch
            {
                FileState.Missing => kinds[1],
                FileState.Unreadable => kinds[2],
                _ => kinds[0],
            };
            if (!shared.Contains(difference.Path) && environment.Files.IsTrusted(difference.Owner))
            {
                kind.Add(difference.Owner, difference.Path);
            }
        }

        foreach (var kind in kinds)
        {
            kind.AddTo(findings);
        }

        AddInterpreters(environment.Capture, findings);
        NotCompared = [.. UncomparedParts.WithoutArchive([], environment.Capture, verifier).Where(static part => part.Code != UncomparedPart.Unowned)];
        AddUnowned(environment, UnownedFiles.Find(environment.Capture, files, reader.Likely), findings);
    }

    private static void AddInterpreters(Capture capture, List<DiagnosisFinding> findings)
    {
        var others = InterpreterLinks.Compare(capture);
        if (others.Count > 0)
        {
            findings.Add(new DiagnosisFinding
            {
                Code = DiagnosisCodes.InterpreterOther,
                Level = DiagnosisLevel.Warning,
                Message = $"what the environment starts is {RealPath.Of(others[0].Path)}, and not the interpreter of {capture.Environment.BasePrefix} that pyvenv.cfg names",
                Advice = "make the environment again with the Python that is meant: its packages were installed for that one",
                Packages = [],
                Places = [.. others.Select(static other => new FindingPlace(other.Path, null))],
            });
        }
    }

    /// <summary>What Python runs at every start, or may import, and no package brought; a system's Python is full of it.</summary>
    private static void AddUnowned(DiagnosedEnvironment environment, List<string> unowned, List<DiagnosisFinding> findings)
    {
        if (environment.Capture.Environment.Layers[0].Kind == EnvironmentLayerKind.System)
        {
            return;
        }

        var atStart = unowned.FindAll(static path => RunsAtStart(Path.GetFileName(path), path));
        var others = unowned.FindAll(path => !atStart.Contains(path) && !IsOfInstaller(Path.GetFileName(path)));
        Add(atStart, DiagnosisLevel.Warning, "that Python runs at every start", "look at what it does; what you need of it belongs into a package");
        Add(others, DiagnosisLevel.Info, "in site-packages", "what you need of it belongs into a package, so that it comes back with it");

        void Add(List<string> paths, DiagnosisLevel level, string where, string advice)
        {
            if (paths.Count > 0)
            {
                findings.Add(new DiagnosisFinding
                {
                    Code = DiagnosisCodes.FileOfNobody,
                    Level = level,
                    Message = paths.Count == 1 ? $"a file {where} is listed by no package" : $"{paths.Count} files {where} are listed by no package",
                    Advice = advice,
                    Packages = [],
                    Places = [.. paths.Select(static path => new FindingPlace(path, null))],
                });
            }
        }
    }

    private static bool RunsAtStart(string name, string path) =>
        (name.EndsWith(".pth", StringComparison.Ordinal) && !IsOfInstaller(name))
        || name is "sitecustomize.py" or "usercustomize.py"
        || path.Contains("/sitecustomize/", StringComparison.Ordinal) || path.Contains("/usercustomize/", StringComparison.Ordinal);

    /// <summary>virtualenv and uv write these, and <c>setup.py develop</c>.</summary>
    private static bool IsOfInstaller(string name) =>
        name.StartsWith("_virtualenv.", StringComparison.Ordinal) || name is "easy-install.pth"
        || name.EndsWith(".egg-link", StringComparison.Ordinal);
}

/// <summary>Files that are gone or have another size than is recorded: what a look at each file's size can tell.</summary>
internal sealed class FileSizeCheck : IDiagnosisCheck
{
    public void Run(DiagnosedEnvironment environment, List<DiagnosisFinding> findings, CancellationToken cancellation)
    {
        var kinds = RecordedFileFindings.Kinds(readsData: false);
        var prefix = environment.Capture.Environment.Prefix;
        var relocated = RestoreNote.Read(prefix, out _)?.DigestsBelow(prefix) ?? [];
        var shared = environment.Files.Shared.Select(static pair => pair.First.Path).ToHashSet(StringComparer.Ordinal);
        foreach (var file in environment.Files.All)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!environment.Files.IsTrusted(file.Owner))
            {
                continue;
            }

            if (!FileStatReader.TryRead(file.Path, out var stat))
            {
                kinds[1].Add(file.Owner, file.Path);
            }
            // Of a file that two packages list, one record must be wrong: another check says so.
            else if (file.Size >= 0 && stat.IsRegularFile && stat.Size != file.Size
                && !relocated.ContainsKey(file.Path) && !shared.Contains(file.Path))
            {
                kinds[0].Add(file.Owner, file.Path);
            }
        }

        foreach (var kind in kinds)
        {
            kind.AddTo(findings);
        }
    }
}

/// <summary>Files that are not what their packages recorded, one finding for a package.</summary>
/// <param name="code">The findings' code.</param>
/// <param name="one">What is said of a single file.</param>
/// <param name="several">What is said of more.</param>
/// <param name="advice">What to do.</param>
internal sealed class RecordedFileFindings(string code, string one, string several, string advice)
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
    public static ImmutableArray<RecordedFileFindings> Kinds(bool readsData) =>
    [
        new RecordedFileFindings(
            DiagnosisCodes.FileEdited,
            readsData ? "differs from what is recorded of it" : "has another size than is recorded",
            readsData ? "differ from what is recorded of them" : "have other sizes than are recorded",
            "put the change into a fork or an editable install, or install the package again; `firn capture --archive` keeps "
            + "edited files as they are"),
        new RecordedFileFindings(DiagnosisCodes.FileMissing, "is recorded and not there", "are recorded and not there", "install the package again"),
        new RecordedFileFindings(DiagnosisCodes.FileUnreadable, "cannot be read", "cannot be read", "check the permissions"),
    ];

    /// <summary>The certificates that people edit behind a proxy of their institute.</summary>
    private static bool IsCertificates(string path) => Path.GetFileName(path.AsSpan()) is "cacert.pem";
}
