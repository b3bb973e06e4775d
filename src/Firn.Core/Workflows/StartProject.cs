using System.Collections.Immutable;
using System.Text;
using Firn.Common;
using Firn.Common.Files;
using Firn.Images.Installations;
using Firn.Projects;
using Firn.Projects.Templates;

namespace Firn.Workflows;

/// <summary>What a project is to get.</summary>
public sealed record StartProjectRequest
{
    /// <summary>The project's folder; <see langword="null"/> for the current folder.</summary>
    public string? Folder { get; init; }

    /// <summary>Whether it gets a workflow of GitHub's, which tests that the environment can be made.</summary>
    public bool WithWorkflow { get; init; }

    /// <summary>Whether it gets a development container, and when that gets its environment.</summary>
    public DevcontainerKind Devcontainer { get; init; }

    /// <summary>Which installation's dev image the development container has, where the project has several.</summary>
    public string? Installation { get; init; }

    /// <summary>Whether VS Code is pointed at the environment's interpreter.</summary>
    public bool WithEditor { get; init; }
}

/// <summary>Files that are to be written: planned first, since a file that is there is not to be changed unseen.</summary>
/// <param name="Folder">The project's folder, absolute.</param>
/// <param name="Files">The files, the main one first; those that are there unchanged, too.</param>
public sealed record FilePlan(string Folder, ImmutableArray<PlannedFile> Files)
{
    /// <summary>Writes them: all are written beside their places before the first is put there.</summary>
    /// <exception cref="FirnException">A file cannot be written, or is a link.</exception>
    public void Write()
    {
        var staged = new List<(AtomicFile File, string? Program)>();
        try
        {
            foreach (var file in Files)
            {
                if (file.Old != file.New)
                {
                    var path = UnlinkedPath.Of(Folder, file.Path);
                    MakeFolder(Path.GetDirectoryName(path)!);
                    staged.Add((AtomicFile.Stage(path, Encoding.UTF8.GetBytes(file.New)), file.IsProgram ? path : null));
                }
            }

            foreach (var (file, program) in staged)
            {
                file.Place();
                if (program is not null && !OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(
                        program, File.GetUnixFileMode(program) | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
                }
            }
        }
        finally
        {
            staged.ForEach(static entry => entry.File.Dispose());
        }
    }

    private static void MakeFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new FirnException(
                $"cannot make the folder {folder}: {failure.Message.TrimEnd('.')}", "look at its permissions", innerException: failure);
        }
    }
}

/// <summary>
/// Writes a commented <c>firn.yaml</c> from what a folder holds, and what machines and editors need around it.
/// </summary>
/// <param name="systemContext">Variables, home and current folder.</param>
public sealed class StartProject(SystemContext systemContext)
{
    /// <summary>Decides what to write. Nothing is written.</summary>
    /// <param name="request">What the project is to get.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="FirnException">There is no such folder, or a file that is there cannot be read or edited.</exception>
    public FilePlan Plan(StartProjectRequest request, CancellationToken cancellation = default)
    {
        var folder = Path.GetFullPath(request.Folder ?? ".", systemContext.CurrentDirectory);
        if (!Directory.Exists(folder))
        {
            throw new FirnException($"there is no folder {folder}", $"make it first, or name another one with {RequestSetting.Project}");
        }

        var installations = InstallationReader.Folders(folder).Where(path => RealPath.IsWithin(path, folder)).ToList();
        var found = ProjectFinder.Find(folder, systemContext) with
        {
            Installation = installations is [var only] ? Path.GetFileName(only) : null,
        };
        return new FilePlan(
            folder,
            new InitPlan(found, systemContext).Make(new InitRequest(
                request.WithWorkflow,
                request.Devcontainer,
                request.WithEditor,
                request.Devcontainer == DevcontainerKind.Image ? ServiceOf(folder, request.Installation, cancellation) : null)));
    }

    /// <summary>The service of the installation for developing, on the processor alone where there is a choice: it works everywhere.</summary>
    private DevcontainerService ServiceOf(string folder, string? name, CancellationToken cancellation)
    {
        var installation = new InstallationReader(systemContext).Find(folder, name, cancellation);
        string[] services = ["dev-local-cpu", .. installation.Services.Keys.Where(static key => key.StartsWith("dev-local-", StringComparison.Ordinal)), "run-local-cpu"];
        var service = Array.Find(services, installation.Services.ContainsKey) ?? throw new FirnException(
            $"{installation.Name} has no service to develop in", "its compose.yaml should have dev-local-cpu", FailureKind.InvalidRequest);
        return new DevcontainerService(
            [.. ComposeFiles.FilesOf(installation.Folder, installation.Setting).Select(file => Path.GetRelativePath(folder, file))],
            service,
            installation.Services[service].WorkingDirectory ?? installation.Settings["PROJECT_ROOT_AT"],
            installation.EnvironmentPrefix is { } prefix ? $"{prefix}/bin/python" : null);
    }
}
