namespace Firn.Python.Locks;

/// <summary>What a locked distribution is installed from.</summary>
internal enum LockedSourceKind
{
    /// <summary>A wheel: of the files that are offered, or of an index.</summary>
    Wheel,

    /// <summary>A source archive, which has to be built.</summary>
    SourceArchive,

    /// <summary>A commit of a repository.</summary>
    Vcs,

    /// <summary>A project's folder.</summary>
    Directory,

    /// <summary>A project's folder that stays where it is.</summary>
    Editable,
}
