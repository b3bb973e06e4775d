using System.Text;
using Firn.Captures;
using Firn.Captures.Documents;
using Firn.Captures.Exports;
using Firn.Common;
using Firn.Common.Files;
using Firn.Projects.Templates;
using Tomlyn.Model;

namespace Firn.Images.Scaffold;

/// <summary>The file that says what an image installs, begun from what the project has.</summary>
internal static class DependencyFile
{
    public const string Requirements = "requirements.txt";
    public const string CondaSpec = "environment.yml";

    private const int MaxFile = 16 * 1024 * 1024;
    private const int MaxIncludes = 8;

    /// <summary>For an image that is extended by pip.</summary>
    /// <param name="found">What the project's folder holds.</param>
    /// <param name="capture">The capture to take instead; <see langword="null"/> for the project's files.</param>
    public static (string Name, string Text) ForPython(FoundProject found, Capture? capture)
    {
        if (capture is not null)
        {
            return (Requirements, RequirementsExport.Write(capture));
        }

        var file = found.Requirements;
        var text = file is not null ? Inlined(found.Folder, file, 0)
            : found.HasPyproject ? OfPyproject(found.Folder)
            : string.Empty;
        var origin = file is not null ? $"# Begun from {file} of the project.\n" : found.HasPyproject ? "# Begun from pyproject.toml of the project.\n" : string.Empty;
        return (Requirements, "# Python packages that the image gets beside those of its base.\n" + origin + text);
    }

    /// <summary>For an image whose environment is made anew: a lock where there is one.</summary>
    /// <inheritdoc cref="ForPython"/>
    public static (string Name, string Text) ForScratch(FoundProject found, Capture? capture)
    {
        if (capture is not null)
        {
            var file = CaptureFiles.Create(capture).FirstOrDefault(static file => file.Name == CaptureFileNames.CondaExplicit)
                ?? throw new FirnException("the capture is of an environment without conda", "extend an image with a Python instead", FailureKind.InvalidRequest);
            return ("explicit.txt", Encoding.UTF8.GetString(file.Content.Span));
        }

        if ((found.Lock ?? found.CondaSpec) is { } named && BoundedFile.ReadText(Path.Join(found.Folder, named), MaxFile) is { } text)
        {
            return (named == found.Lock ? Path.GetFileName(named) : CondaSpec, text);
        }

        var pip = ForPython(found, null).Text.Split('\n').Where(static line => line.Length > 0 && line[0] is not ('#' or '-')).ToList();
        var python = found.PythonVersion is { } version ? $"python={version}" : "python";
        var spec = new StringBuilder("# The environment of the image.\nname: env\nchannels:\n  - conda-forge\ndependencies:\n");
        spec.Append($"  - {python}\n  - pip\n");
        if (pip.Count > 0)
        {
            spec.Append("  - pip:\n");
            pip.ForEach(line => spec.Append($"      - {line.Trim()}\n"));
        }

        return (CondaSpec, spec.ToString());
    }

    /// <summary>The requirement file with those that it includes, and without the project, which each container installs itself.</summary>
    private static string Inlined(string folder, string file, int depth)
    {
        if (depth > MaxIncludes || BoundedFile.ReadText(Path.Join(folder, file), MaxFile) is not { } text)
        {
            return $"# {file} could not be read\n";
        }

        var result = new StringBuilder();
        foreach (var line in text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is ["-r" or "--requirement", var other, ..] && !other.Contains("://", StringComparison.Ordinal))
            {
                result.Append(Inlined(folder, Path.Join(Path.GetDirectoryName(file), other), depth + 1));
            }
            else if (!IsProject(words))
            {
                result.Append(line).Append('\n');
            }
        }

        return result.ToString();
    }

    private static bool IsProject(string[] words) => words is ["-e" or "--editable", var place, ..]
        ? place is "." or "./" || place.StartsWith(".[", StringComparison.Ordinal)
        : words is ["." or "./", ..];

    private static string OfPyproject(string folder)
    {
        var root = TomlText.Parse(BoundedFile.ReadText(Path.Join(folder, "pyproject.toml"), MaxFile) ?? string.Empty, out _);
        return root is not null && root.TryGetValue("project", out var found) && found is TomlTable project
            && project.TryGetValue("dependencies", out var list) && list is TomlArray dependencies
                ? string.Concat(dependencies.OfType<string>().Select(static dependency => $"{dependency}\n"))
                : string.Empty;
    }
}
