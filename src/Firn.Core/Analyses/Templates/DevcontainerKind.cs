namespace Firn.Analyses.Templates;

/// <summary>When a development container gets its environment.</summary>
internal enum DevcontainerKind
{
    /// <summary>There is to be none.</summary>
    None,

    /// <summary>When its image is built.</summary>
    Baked,

    /// <summary>After the container was made.</summary>
    Guide,
}
