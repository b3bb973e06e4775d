namespace Firn.Captures.Archives.Planning;

/// <summary>What became of a file in scope; each has exactly one.</summary>
internal enum TreeFileUse
{
    /// <summary>Nobody has taken it yet.</summary>
    None,

    /// <summary>It is a member of a bundle.</summary>
    Member,

    /// <summary>It is bytecode of a member.</summary>
    Bytecode,

    /// <summary>It is in the document: a launcher, a text, a link, an installer's file.</summary>
    Document,

    /// <summary>It can be made again from what is archived: stale bytecode, another interpreter's, RECORD.</summary>
    Derived,

    /// <summary>It is not archived, and named.</summary>
    LeftOut,
}
