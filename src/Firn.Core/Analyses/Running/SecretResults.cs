using Firn.Analyses.Projects;
using Firn.Captures.Archives.Planning;
using Firn.Storage.Results;

namespace Firn.Analyses.Running;

/// <summary>Finds among results those that may hold secrets: by their names, by those that the project adds, and private keys.</summary>
internal sealed class SecretResults(Project project)
{
    private readonly ProjectSecrets _secrets = new(project);

    /// <summary>Those of some files.</summary>
    public IReadOnlyList<ResultSource> Find(IEnumerable<ResultSource> files) => [.. files.Where(IsSecret)];

    private bool IsSecret(ResultSource file)
    {
        var path = Path.GetRelativePath(project.Folder, file.Path);
        return SecretFiles.Contains(file.Name) || _secrets.Contains(path)
            || SecretFiles.ContainsFile(path, file.Path, file.Size);
    }
}
