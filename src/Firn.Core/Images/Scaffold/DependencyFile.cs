using System.Collections.Immutable;
using System.Text;
using Firn.Captures;
using Firn.Captures.Documents;
using Firn.Captures.Exports;
using Firn.Common;
using Firn.Common.Files;
using Firn.Conda.Locks;
using Firn.Images.Freezing;
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

    private const int MaxFiles = 1000;

    /// <summary>The file of a folder of lists that says what the environment holds: requirements, else specs, else a lock.</summary>
    /// <returns>Its name; <see langword="null"/> where there is none.</returns>
    public static string? In(string folder) =>
        Array.Find([Requirements, CondaSpec], name => File.Exists(Path.Join(folder, name)))
        ?? LockIn(folder);

    /// <summary>
    /// Whether it names one archive for each package, conda's Python among them, so that firn makes the environment of it on a
    /// system without a Python and without a solver.
    /// </summary>
    /// <param name="name">The file's name.</param>
    /// <param name="text">Its text.</param>
    /// <param name="platform">The processor of the image, <c>amd64</c>.</param>
    /// <param name="systemContext">For specs that are paths.</param>
    public static bool IsLocked(string name, string text, string platform, SystemContext systemContext)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (LockFileDetector.Detect(name, bytes) != LockFileKind.EnvironmentYaml)
        {
            return IsLock(name, bytes);
        }

        var spec = EnvironmentYamlReader.Read(bytes, name, platform == "arm64" ? "linux-aarch64" : "linux-64", systemContext);
        return spec.Problems.IsEmpty && !spec.Dependencies.IsEmpty && spec.Inexact.IsEmpty && spec.PipRequirements.IsEmpty;
    }

    private static bool IsLock(string name, ReadOnlySpan<byte> bytes) =>
        LockFileDetector.Detect(name, bytes) is LockFileKind.Explicit or LockFileKind.CondaLock;

    private static string? LockIn(string folder) => !Directory.Exists(folder) ? null
        : Directory.EnumerateFiles(folder).Take(MaxFiles).Select(static path => Path.GetFileName(path)).Order(StringComparer.Ordinal)
            .FirstOrDefault(name => IsLock(name, Encoding.UTF8.GetBytes(BoundedFile.ReadText(Path.Join(folder, name), MaxFile) ?? string.Empty)));

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
    /// <param name="found">What the project's folder holds.</param>
    /// <param name="capture">The capture to take instead; <see langword="null"/> for the project's files.</param>
    /// <param name="folder">The installation's lists: what is there goes before what the project has.</param>
    public static (string Name, string Text) ForScratch(FoundProject found, Capture? capture, string folder)
    {
        if (capture is not null)
        {
            return OfCapture(capture);
        }

        if ((LockIn(folder) ?? (File.Exists(Path.Join(folder, CondaSpec)) ? CondaSpec : null)) is { } own
            && BoundedFile.ReadText(Path.Join(folder, own), MaxFile) is { } kept)
        {
            return (own, kept);
        }

        // A lock of Python packages alone needs a Python, which a plain system does not have.
        if (found.CondaFile is { } named && BoundedFile.ReadText(Path.Join(found.Folder, named), MaxFile) is { } text)
        {
            return (IsLock(named, Encoding.UTF8.GetBytes(text)) ? Path.GetFileName(named) : CondaSpec, text);
        }

        var pip = PipList(ForPython(found, null).Text);
        var python = found.PythonVersion is { } version ? $"python={version}" : "python";
        var spec = new StringBuilder("# The environment of the image.\nname: env\nchannels:\n  - conda-forge\ndependencies:\n");
        spec.Append($"  - {python}\n  - pip\n");
        if (pip.Count > 0)
        {
            spec.Append("  - pip:\n");
            pip.ForEach(line => spec.Append($"      - {line}\n"));
        }

        return (CondaSpec, spec.ToString());
    }

    /// <summary>A captured environment of conda, exactly; with the packages that pip installed into it, which no lock of conda names.</summary>
    private static (string Name, string Text) OfCapture(Capture capture)
    {
        if (capture.Conda is not { } conda)
        {
            throw new FirnException("the capture is of an environment without conda", "extend an image with a Python instead", FailureKind.InvalidRequest);
        }

        if (conda.PipPackages.IsEmpty)
        {
            var file = CaptureFiles.Create(capture).First(static file => file.Name == CaptureFileNames.CondaExplicit);
            return ("explicit.txt", Encoding.UTF8.GetString(file.Content.Span));
        }

        var channels = conda.Packages.Select(static package => package.ChannelName).Where(static name => !name.StartsWith('<')).Distinct(StringComparer.Ordinal);
        var spec = $"# The environment of the image, begun from a capture.\nname: env\nchannels:\n{string.Concat(channels.Select(static name => $"  - {name}\n"))}dependencies:\n";
        return (CondaSpec, FrozenCondaSpec.Write(spec, capture, ImmutableHashSet<string>.Empty));
    }

    /// <summary>The lines of a requirement file as they stand below <c>pip:</c>: each on one line, and without digests, which pip would want of all packages.</summary>
    private static List<string> PipList(string text)
    {
        var lines = text.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n').Select(static line =>
        {
            var comment = line.StartsWith('#') ? 0 : line.IndexOf(" #", StringComparison.Ordinal);
            var body = comment < 0 ? line : line[..comment];
            var digest = body.IndexOf("--hash", StringComparison.Ordinal);
            return (digest < 0 ? body : body[..digest]).Trim();
        });
        return [.. lines.Where(static line => line.Length > 0 && (line[0] != '-' || line.StartsWith("--", StringComparison.Ordinal)))];
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
