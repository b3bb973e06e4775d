namespace Firn.Git;

/// <summary>One line of a git configuration.</summary>
/// <param name="Key">The name as git prints it: section and variable in lower case, subsection as written.</param>
/// <param name="Value">The value; <see langword="null"/> where the line has no <c>=</c>.</param>
/// <param name="Scope">Where it was read.</param>
internal sealed record GitConfigEntry(string Key, string? Value, GitConfigScope Scope);
