namespace Firn.Python.Pip;

/// <summary>What version control pip finds around a project.</summary>
internal enum RepositoryKind
{
    /// <summary>None.</summary>
    None,

    /// <summary>Git.</summary>
    Git,

    /// <summary>Bazaar, Mercurial or Subversion, whose program is taken to be missing; or git, where it is missing.</summary>
    WithoutTool,
}
