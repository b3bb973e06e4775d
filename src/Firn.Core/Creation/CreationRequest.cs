namespace Firn.Creation;

/// <summary>Where and how an environment is made.</summary>
internal sealed record CreationRequest
{
    /// <summary>Where to, absolute, without a slash at its end.</summary>
    public required string Prefix { get; init; }

    /// <summary>Whether files are hard links into the cache of unpacked bundles.</summary>
    public bool Links { get; init; }

    /// <summary>Whether an environment that is at the prefix is replaced in one step.</summary>
    public bool Replaces { get; init; }

    /// <summary>
    /// What else is to be done at the prefix before it is captured: bytecode, link scripts, editable installs. Where it
    /// fails, the prefix is again as it was.
    /// </summary>
    public Action<CreatedPrefix>? Finish { get; init; }

    /// <summary>Whether <see cref="Finish"/> adds files that the archive must hold too.</summary>
    public bool FinishAddsFiles { get; init; }
}
