using Firn.Git;

namespace Firn.Python.Distributions;

/// <summary>The folder behind an editable install.</summary>
/// <param name="Path">The project's folder, absolute.</param>
/// <param name="Repository">Its git repository, where it has one.</param>
public sealed record EditableProject(string Path, GitState? Repository);
