using Firn.Common;
using Firn.Python.Indexes;
using Firn.Python.Locks;
using Firn.Python.Pip;

namespace Firn.Python.Requirements;

/// <summary>The name of a project on this machine, as far as its files say it without being run.</summary>
internal static class ProjectName
{
    private const int Limit = 1 << 20;

    /// <summary>
    /// The name of a project's folder (<c>pyproject.toml</c> PEP 621, else <c>setup.cfg</c>) or of a source archive;
    /// <see langword="null"/> where only a build tells.
    /// </summary>
    public static string? Of(string path)
    {
        var name = Directory.Exists(path)
            ? OfProject(Path.Join(path, "pyproject.toml")) ?? IniFile.Read(Path.Join(path, "setup.cfg"))?.Value("metadata", "name")
            : SourceFileName.Parse(Path.GetFileName(path))?.CanonicalName;
        return name is not null && CanonicalName.IsValid(name) ? name : null;
    }

    private static string? OfProject(string path) =>
        BoundedFile.ReadText(path, Limit) is { } text
            && TomlText.Parse(text, out _)?.Table("project") is { } project
            ? project.Text("name")
            : null;
}
