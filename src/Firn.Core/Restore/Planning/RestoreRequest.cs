namespace Firn.Restore.Planning;

/// <summary>What a restore is asked for.</summary>
internal sealed record RestoreRequest
{
    /// <summary>Where to, absolute, without a slash at its end.</summary>
    public required string Prefix { get; init; }

    /// <summary>Whether files are hard links into the cache of unpacked bundles.</summary>
    public bool Links { get; init; }

    /// <summary>Whether the bytes of the cache's files are compared before they are linked, whatever their times say.</summary>
    public bool ReadsCache { get; init; }

    /// <summary>Whether nothing in the prefix may be changed: one that several analyses share.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Whether an environment that is at the prefix is replaced, in one step, when the new one is whole.</summary>
    public bool Replaces { get; init; }

    /// <summary>The Python for a virtual environment, as the user names it.</summary>
    public string? Python { get; init; }
}
