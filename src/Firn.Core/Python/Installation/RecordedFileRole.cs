namespace Firn.Python.Installation;

/// <summary>What a file that a distribution owns is to an archive.</summary>
internal enum RecordedFileRole
{
    /// <summary>The wheel ships it.</summary>
    Member,

    /// <summary>The wheel ships it as a script, whose first line the installer may have written.</summary>
    Script,

    /// <summary>The installer wrote it for an entry point.</summary>
    Launcher,

    /// <summary>The installer wrote it into the metadata folder.</summary>
    InstallerFile,

    /// <summary>It leads an editable install to its project.</summary>
    LinkFile,
}
