using Firn.Analyses.Projects;
using Firn.Captures.Archives.Planning;
using Firn.Common;
using Firn.Storage.Results;

namespace Firn.Analyses.Running;

/// <summary>Finds among results those that may hold secrets: by their names, by those that the project adds, and private keys.</summary>
internal sealed class SecretResults(Project project)
{
    private const int MostKeyBytes = 1024 * 1024;
    private readonly ProjectSecrets _secrets = new(project);

    /// <summary>Those of some files.</summary>
    public IReadOnlyList<ResultSource> Find(IEnumerable<ResultSource> files) => [.. files.Where(IsSecret)];

    private bool IsSecret(ResultSource file)
    {
        var path = Path.GetRelativePath(project.Folder, file.Path);
        return SecretFiles.Contains(file.Name) || _secrets.Contains(path)
            || (file.Size <= MostKeyBytes && BoundedFile.Read(file.Path, MostKeyBytes) is { IsComplete: true } content
                && SecretFiles.Contains(path, content.Bytes));
    }
}
