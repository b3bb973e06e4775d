namespace Firn.Analyses.Diagnosis;

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

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        OpenMpConflict, OpenMpMixed, OpenMpCopies, OpenMpDuplicatesAllowed, BlasMixed, FragilePackage, ModuleTwice,
        FileEdited, FileMissing, FileUnreadable, FileOwnedTwice, FileOfNobody, InterpreterMissing, InterpreterOther, LibraryMissing, MetadataBroken, CondaRecordBroken,
        CondaOverwritten, DistributionTwice, DistributionShadowed, LibraryBroken, FolderUnreadable, PythonHomeSet,
        PythonPathSet, UserSite, EditableMissing, EditableChanged, EditableUnversioned, NotFromIndex, LocalVersion,
    ];
}
