namespace Firn.Creation.Interpreters;

/// <summary>Which Python a virtual environment is to have.</summary>
internal sealed record PythonWish
{
    /// <summary>
    /// What the user or a file names: a version such as <c>3.11</c> or <c>3.11.7</c>, also <c>python3.11</c>, or an
    /// executable; <see langword="null"/> where any will do.
    /// </summary>
    public string? Named { get; init; }

    /// <summary>Whether a full version that is not here may be replaced by another of the same minor version.</summary>
    public bool AllowsOtherPatch { get; init; }

    /// <summary>Whether a version is allowed by all the files; asked with the full version.</summary>
    public Func<string, bool> Allows { get; init; } = static _ => true;

    /// <summary>What <see cref="Allows"/> asks for in words, for example <c>&gt;=3.10 (pylock.toml)</c>.</summary>
    public string? Required { get; init; }
}
