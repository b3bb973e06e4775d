namespace Firn.Captures.Archives;

/// <summary>What a bundle holds.</summary>
internal enum ArchivedPackageKind
{
    /// <summary>The interpreter and its standard library.</summary>
    Interpreter,

    /// <summary>A conda package.</summary>
    Conda,

    /// <summary>A Python distribution.</summary>
    Distribution,

    /// <summary>The project of an editable install.</summary>
    Project,

    /// <summary>Files that no package owns.</summary>
    Rest,
}
