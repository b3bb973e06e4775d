using System.Collections.Immutable;
using System.Text;
using Firn.Common;
using Firn.Common.Files;

namespace Firn.Projects.Templates;

/// <summary>Decides which files <c>firn init</c> writes. Nothing is written here.</summary>
internal sealed class InitPlan(FoundProject found, SystemContext systemContext)
{
    private const int LargestFile = 4 * 1024 * 1024;

    private readonly ImmutableArray<PlannedFile>.Builder _files = ImmutableArray.CreateBuilder<PlannedFile>();

    /// <summary>The files, those that are there unchanged too.</summary>
    /// <exception cref="FirnException">A file that is there cannot be read, or not be edited.</exception>
    public ImmutableArray<PlannedFile> Make(InitRequest request)
    {
        // A firn.yaml is the user's own from its first day on.
        Add(Project.FileName, old => old ?? ProjectTemplate.Write(found));
        Add(ProjectTemplate.SchemaPath, _ => Schema());
        if (found.HasRepository || File.Exists(Path.Join(found.Folder, GitIgnoreLine.FilePath)))
        {
            Add(GitIgnoreLine.FilePath, GitIgnoreLine.With);
        }

        if (request.WithWorkflow)
        {
            Add(WorkflowTemplate.FilePath, _ => WorkflowTemplate.Write(found));
        }

        switch (request.Devcontainer)
        {
            case DevcontainerKind.Baked:
                Add(DevcontainerTemplate.DockerfilePath, _ => DevcontainerTemplate.Dockerfile(found));
                Add(DevcontainerTemplate.FilePath, _ => DevcontainerTemplate.Baked(found));
                break;
            case DevcontainerKind.Guide:
                Add(DevcontainerTemplate.FilePath, _ => DevcontainerTemplate.Guide(found));
                break;
            case DevcontainerKind.Image when request.Service is { } service:
                Add(DevcontainerTemplate.ComposePath, _ => DevcontainerTemplate.Compose(service));
                Add(DevcontainerTemplate.FilePath, _ => DevcontainerTemplate.OfService(found, service));
                break;
            default:
                break;
        }

        if (request.WithEditor)
        {
            Add(EditorSettings.FilePath, old => EditorSettings.WithInterpreter(old, EditorInterpreter()));
        }

        return _files.ToImmutable();
    }

    private void Add(string path, Func<string?, string> change)
    {
        var content = BoundedFile.Read(Path.Join(found.Folder, path), LargestFile);
        if (content.Status is not (FileReadStatus.Read or FileReadStatus.Missing))
        {
            throw new FirnException(
                $"{Path.Join(found.Folder, path)} is there and cannot be read", "look at its permissions, and whether it is a file");
        }

        var old = content.Status == FileReadStatus.Read ? TextOf(content, path) : null;
        _files.Add(new PlannedFile(path, old, change(old)));
    }

    private string TextOf(FileContent content, string path)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(content.Bytes);
        }
        catch (ArgumentException)
        {
            // Writing it back would lose bytes.
            throw new FirnException($"{Path.Join(found.Folder, path)} is not UTF-8", "save it as UTF-8, or move it away");
        }
    }

    /// <summary>The editor knows the folder that it has open; a conda environment lies elsewhere.</summary>
    private string EditorInterpreter()
    {
        var bin = OperatingSystem.IsWindows() ? "Scripts/python.exe" : "bin/python";
        if (found.VirtualEnvironment is { } folder)
        {
            return $"${{workspaceFolder}}/{folder}/{bin}";
        }

        var located = found.Chosen is { } chosen
            ? ProjectEnvironment.Locate(chosen, found.Folder, systemContext)
            : Firn.Python.Environments.EnvironmentLocator.Locate(
                null, found.IsCondaInstalled ? found.CondaName : null, systemContext with { CurrentDirectory = found.Folder });
        return located.Executable ?? throw new FirnException(
            $"the environment {located.Prefix} has no interpreter", "make the environment first");
    }

    private static string Schema()
    {
        using var stream = typeof(InitPlan).Assembly.GetManifestResourceStream("firn-yaml.schema.json")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}

/// <summary>What <c>firn init</c> is asked for beside <c>firn.yaml</c>.</summary>
/// <param name="WithWorkflow">A workflow of GitHub's.</param>
/// <param name="Devcontainer">A development container.</param>
/// <param name="WithEditor">The settings of VS Code.</param>
/// <param name="Service">The service of <see cref="DevcontainerKind.Image"/>.</param>
internal sealed record InitRequest(bool WithWorkflow, DevcontainerKind Devcontainer, bool WithEditor, DevcontainerService? Service = null);

/// <summary>A file that <c>firn init</c> writes.</summary>
/// <param name="Path">Relative to the project's folder, with <c>/</c> between its parts.</param>
/// <param name="Old">What is there; <see langword="null"/> for nothing.</param>
/// <param name="New">What will be there.</param>
public sealed record PlannedFile(string Path, string? Old, string New)
{
    /// <summary>Whether it may be executed.</summary>
    public bool IsProgram { get; init; }

    /// <summary>Whether a file that is there would be changed.</summary>
    public bool IsChange => Old is not null && Old != New;

    /// <summary>Whether there is no such file yet.</summary>
    public bool IsNew => Old is null;

    /// <summary>Whether it lies in Firn's own folder, and so is not a file of the user's.</summary>
    public bool IsOwn => Path.StartsWith($"{Project.StateFolder}/", StringComparison.Ordinal);

    /// <summary>
    /// Whether a change of it wants to be looked at first: a line more in <c>.gitignore</c> harms none, and what is in Firn's own
    /// folder is not the user's.
    /// </summary>
    public bool NeedsConsent => IsChange && !IsOwn && Path != GitIgnoreLine.FilePath;

    /// <summary>The change as <c>diff -u</c> prints it; empty where there is none.</summary>
    public string Difference() => IsChange ? UnifiedDiff.Of(Path, Old!, New) : string.Empty;
}

/// <summary>Adds Firn's own folder to <c>.gitignore</c>.</summary>
internal static class GitIgnoreLine
{
    public const string FilePath = ".gitignore";

    /// <summary>The file with the line; the same text where a line of it says so already.</summary>
    public static string With(string? text)
    {
        foreach (var line in (text ?? string.Empty).Split('\n'))
        {
            if (line.TrimEnd().TrimStart('/').TrimEnd('/') == Project.StateFolder)
            {
                return text!;
            }
        }

        var end = string.IsNullOrEmpty(text) || text.EndsWith('\n') ? string.Empty : "\n";
        return $"{text}{end}{Project.StateFolder}/\n";
    }
}
