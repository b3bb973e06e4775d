using System.Collections.Immutable;

namespace Firn.Reports.Diagnosis;

/// <summary>Something in an environment that will hurt, or that is good to know.</summary>
public sealed record DiagnosisFinding
{
    /// <summary>Of what kind it is, for example <c>openmp-conflict</c>: stable, and docs/doctor.md has a section for each.</summary>
    public required string Code { get; init; }

    /// <summary>How much it will hurt.</summary>
    public required DiagnosisLevel Level { get; init; }

    /// <summary>What is found, on one line without a final period.</summary>
    public required string Message { get; init; }

    /// <summary>What to do, on one line without a final period.</summary>
    public required string Advice { get; init; }

    /// <summary>The distributions and conda packages concerned, by name, sorted.</summary>
    public ImmutableArray<string> Packages { get; init; } = [];

    /// <summary>Where it was found, sorted by path.</summary>
    public ImmutableArray<FindingPlace> Places { get; init; } = [];

    /// <summary>Where it is explained.</summary>
    public string Page => $"docs/doctor.md#{Code}";
}

/// <summary>How much a finding will hurt.</summary>
public enum DiagnosisLevel
{
    /// <summary>Something crashes or cannot work.</summary>
    Error,

    /// <summary>It may crash, give other numbers, or be something else than the records say.</summary>
    Warning,

    /// <summary>Good to know, above all for who must bring the environment back.</summary>
    Info,
}

/// <summary>A file or folder that a finding is about.</summary>
/// <param name="Path">Absolute, or a URL.</param>
/// <param name="Package">The distribution or conda package that brings it, where one is known to.</param>
public sealed record FindingPlace(string Path, string? Package)
{
    /// <summary>Who is linked with a library that no package brings, sorted.</summary>
    public ImmutableArray<string> UsedBy { get; init; } = [];
}

/// <summary>The codes of findings: stable, each with a section of docs/doctor.md.</summary>
internal static class DiagnosisCodes
{
    public const string OpenMpConflict = "openmp-conflict";
    public const string OpenMpMixed = "openmp-mixed";
    public const string OpenMpCopies = "openmp-copies";
    public const string OpenMpDuplicatesAllowed = "openmp-duplicates-allowed";
    public const string BlasMixed = "blas-mixed";
    public const string FragilePackage = "fragile-package";
    public const string ModuleTwice = "module-twice";
    public const string FileEdited = "file-edited";
    public const string FileMissing = "file-missing";
    public const string FileUnreadable = "file-unreadable";
    public const string FileOwnedTwice = "file-owned-by-two";
    public const string FileOfNobody = "file-of-no-package";
    public const string InterpreterMissing = "interpreter-is-missing";
    public const string InterpreterOther = "interpreter-is-another";
    public const string LibraryMissing = "interpreter-library-is-missing";
    public const string MetadataBroken = "metadata-broken";
    public const string CondaRecordBroken = "conda-record-broken";
    public const string CondaOverwritten = "conda-overwritten-by-pip";
    public const string DistributionTwice = "distribution-twice";
    public const string DistributionShadowed = "distribution-shadowed";
    public const string LibraryBroken = "library-broken";
    public const string FolderUnreadable = "folder-not-readable";
    public const string PythonHomeSet = "pythonhome";
    public const string PythonPathSet = "pythonpath";
    public const string UserSite = "user-site";
    public const string EditableMissing = "editable-folder-missing";
    public const string EditableChanged = "editable-uncommitted";
    public const string EditableUnversioned = "editable-without-git";
    public const string NotFromIndex = "not-from-an-index";
    public const string LocalVersion = "local-version";
    public const string EngineMissing = "container-engine-missing";
    public const string EngineUnreachable = "container-engine-unreachable";
    public const string BuilderClassic = "container-builder-classic";
    public const string EngineDiskLow = "container-disk-low";
    public const string GpuNotPassed = "container-gpu-not-passed";
    public const string RootlessIds = "container-rootless-ids";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        OpenMpConflict, OpenMpMixed, OpenMpCopies, OpenMpDuplicatesAllowed, BlasMixed, FragilePackage, ModuleTwice,
        FileEdited, FileMissing, FileUnreadable, FileOwnedTwice, FileOfNobody, InterpreterMissing, InterpreterOther, LibraryMissing, MetadataBroken, CondaRecordBroken,
        CondaOverwritten, DistributionTwice, DistributionShadowed, LibraryBroken, FolderUnreadable, PythonHomeSet,
        PythonPathSet, UserSite, EditableMissing, EditableChanged, EditableUnversioned, NotFromIndex, LocalVersion,
        EngineMissing, EngineUnreachable, BuilderClassic, EngineDiskLow, GpuNotPassed, RootlessIds,
    ];
}
