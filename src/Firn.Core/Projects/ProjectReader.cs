using System.Text;
using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Yaml;

namespace Firn.Projects;

/// <summary>Reads and checks <c>firn.yaml</c> (docs/firn-yaml.md). What is wrong is told with line and column.</summary>
internal static class ProjectReader
{
    /// <summary>More than any project writes by hand, and read in a moment.</summary>
    private const int LargestFile = 512 * 1024;

    private static readonly YamlSource Source = new(Project.FileName, "docs/firn-yaml.md");

    private static readonly string[] Keys =
        ["name", "environment", "pythonpath", "variables", "threads", "store", "archive", "secrets", "analyses"];

    /// <summary>Reads the project of a folder.</summary>
    /// <param name="folder">The folder that holds <c>firn.yaml</c>, absolute.</param>
    /// <exception cref="FirnException">There is none, it cannot be read, or something in it is wrong.</exception>
    public static Project Read(string folder) => Read(folder, withAnalyses: true);

    /// <summary>The same without the analyses, for a command that needs none: what is wrong in one must not stop it.</summary>
    public static Project ReadSettings(string folder) => Read(folder, withAnalyses: false);

    private static Project Read(string folder, bool withAnalyses)
    {
        var path = Path.Join(folder, Project.FileName);
        var content = BoundedFile.Read(path, LargestFile);
        return content.Status switch
        {
            FileReadStatus.Read => ReadText(TextOf(content, path), folder, ProjectPlatform.Current, withAnalyses),
            FileReadStatus.Missing => throw new FirnException(
                $"there is no {Project.FileName} in {folder}", $"write one with `firn init`, or name a project with {RequestSetting.Project}"),
            FileReadStatus.TooLarge => throw new FirnException(
                $"{path} has more than {LargestFile / 1024} KiB", "name many files by a glob, and move data into files of their own"),
            _ => throw new FirnException($"{path} cannot be read", "look at its permissions, and whether it is a file"),
        };
    }

    /// <summary>Reads the text of a <c>firn.yaml</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="folder">The project's folder, absolute.</param>
    /// <param name="platform">One of <see cref="ProjectPlatform"/>.</param>
    /// <param name="withAnalyses">Whether <c>analyses</c> is read.</param>
    /// <exception cref="FirnException">Something in it is wrong.</exception>
    public static Project ReadText(string text, string folder, string platform, bool withAnalyses = true)
    {
        var fields = new FieldReader(Source);
        var root = fields.Map(YamlDocument.Read(text, Source), Project.FileName, Keys);
        var home = SystemContext.OfThisProcess().HomeDirectory;
        var environments = new EnvironmentChoiceReader(fields, folder, home, platform);
        var paths = new PathFields(fields);
        var project = new Project
        {
            Folder = folder,
            Name = root.Find("name") is { } name ? fields.PathText(name, "name") : NameOf(folder),
            Environment = root.Find("environment") is { } environment ? environments.Read(environment) : null,
            PythonPath = root.Find("pythonpath") is { } pythonPath ? paths.PythonPath(pythonPath) : [],
            Threads = root.Find("threads") is { } threads ? fields.Threads(threads) : null,
            Store = root.Find("store") is { } store ? fields.PathText(store, "store") : null,
        };
        project = project with
        {
            Variables = new VariablesReader(fields).Read(root.Find("variables"), project.Variables),
        };
        project = root.Find("secrets") is { } secrets ? project with { Secrets = paths.Secrets(secrets) } : project;
        project = WithArchive(project, root.Find("archive"), fields);
        return withAnalyses && root.Find("analyses") is { } analyses
            ? project with { Analyses = new AnalysisReader(fields, environments, project, platform).Read(analyses) }
            : project;
    }

    /// <summary>The analysis of that reference.</summary>
    /// <exception cref="FirnException">There is none.</exception>
    public static AnalysisDefinition Find(Project project, string reference)
    {
        foreach (var analysis in project.Analyses)
        {
            if (analysis.Reference == reference)
            {
                return analysis;
            }
        }

        var references = project.Analyses.Select(analysis => analysis.Reference).ToList();
        var meant = Spelling.Closest(reference, references);
        throw new FirnException(
            $"{Project.FileName} has no analysis {reference}",
            meant is not null ? $"did you mean {meant}?"
                : references.Count == 0 ? $"write it below analyses in {Project.FileName}"
                : $"it has {string.Join(", ", references.Take(8))}",
            FailureKind.InvalidRequest);
    }

    private static Project WithArchive(Project project, YamlNode? node, FieldReader fields)
    {
        if (node is null)
        {
            return project;
        }

        if (node is not YamlMap)
        {
            return project with { IsArchived = fields.Flag(node, "archive") };
        }

        var interpreter = fields.Map(node, "archive", "interpreter").Find("interpreter");
        return project with
        {
            ArchivesInterpreter = interpreter is not null && fields.Flag(interpreter, "interpreter"),
        };
    }

    private static string NameOf(string folder) =>
        Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)) is { Length: > 0 } name ? name : "project";

    private static string TextOf(FileContent content, string path)
    {
        try
        {
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(content.Bytes);
            return text.StartsWith('\ufeff') ? text[1..] : text;
        }
        catch (ArgumentException)
        {
            // The runtime would replace the bytes, and a path would lead to another file.
            throw new FirnException($"{path} is not UTF-8", "save it as UTF-8");
        }
    }
}
