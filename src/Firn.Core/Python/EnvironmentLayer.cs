namespace Firn.Python;

/// <summary>One storey of an environment, the environment itself first, the interpreter under all last.</summary>
/// <param name="Kind">What made it.</param>
/// <param name="Prefix">Its prefix, absolute.</param>
public sealed record EnvironmentLayer(EnvironmentLayerKind Kind, string Prefix)
{
    /// <summary>The tool and its version where the prefix tells, for example <c>uv 0.5.1</c>, <c>virtualenv 20.26.2</c>, <c>venv</c>.</summary>
    public string? Creator { get; init; }

    /// <summary>Whether the prefix carries <c>EXTERNALLY-MANAGED</c> (PEP 668).</summary>
    public bool ExternallyManaged { get; init; }
}
