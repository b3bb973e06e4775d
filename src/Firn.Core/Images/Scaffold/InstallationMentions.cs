using System.Collections.Immutable;
using System.Text;
using Firn.Common.Files;
using Firn.Projects;

namespace Firn.Images.Scaffold;

/// <summary>Where files of a project beside its installations name one of them.</summary>
/// <param name="project">The project's folder.</param>
/// <param name="old">The installation's variant: <c>amd64-cuda</c>.</param>
internal sealed class InstallationMentions(string project, string old)
{
    private const int MaxFile = 1024 * 1024;
    private const int MaxFiles = 1000;
    private const string Devcontainer = ".devcontainer";

    /// <summary>What follows the variant in tags, of this template and of older ones.</summary>
    private static readonly string[] Roles = ["run", "dev", "latest", "root"];

    private static readonly string[] Own = [Project.FileName, ".devcontainer.json"];

    /// <summary>Scripts and workflows name images rather than installations, and may be of other branches, too.</summary>
    private static readonly string[] Others = [SubmitPlan.FolderName, ".github/workflows"];

    /// <summary>Puts another variant's name where <c>firn.yaml</c> and development containers name the installation itself.</summary>
    /// <returns>The files that were changed, relative to the project.</returns>
    public ImmutableArray<string> Rename(string variant)
    {
        var changed = ImmutableArray.CreateBuilder<string>();
        foreach (var (path, text) in Texts([.. Own, .. Below(Devcontainer)]))
        {
            var renamed = string.Join('\n', text.Split('\n').Select(line => Renamed(line, variant)));
            if (renamed == text)
            {
                continue;
            }

            var place = Path.Join(project, path);
            using var staged = AtomicFile.Stage(place, Encoding.UTF8.GetBytes(renamed));
            if (!OperatingSystem.IsWindows())
            {
                var mode = File.GetUnixFileMode(place);
                staged.Place();
                File.SetUnixFileMode(place, mode);
            }
            else
            {
                staged.Place();
            }

            changed.Add(path);
        }

        return changed.ToImmutable();
    }

    /// <summary>The lines that name the installation or its images still, as <c>FILE:LINE</c>.</summary>
    public ImmutableArray<string> Left()
    {
        var lines = from file in Texts([.. Own, .. Below(Devcontainer), .. Others.SelectMany(Below)])
                    from line in file.Text.Split('\n').Index()
                    where NamesImage(line.Item) || Renamed(line.Item, string.Empty) != line.Item
                    select $"{file.Path}:{line.Index + 1}";
        return [.. lines];
    }

    /// <summary>Whether a line has the variant as tags have it, <c>amd64-cuda-run-latest-root</c>.</summary>
    private bool NamesImage(string line) =>
        Roles.Any(role => line.Contains($":{old}-{role}-", StringComparison.Ordinal));

    private string Renamed(string line, string variant)
    {
        var renamed = With(line, $"docker-{old}", $"docker-{variant}", static (_, _) => true);
        // firn.yaml may name an installation by its variant alone.
        return With(renamed, old, variant, static (text, at) => text[..at].TrimEnd(' ', '"', '\'').EndsWith("image:", StringComparison.Ordinal));
    }

    private static string With(string line, string name, string other, Func<string, int, bool> isMeant)
    {
        var result = new StringBuilder();
        var from = 0;
        while (line.IndexOf(name, from, StringComparison.Ordinal) is >= 0 and var at)
        {
            var end = at + name.Length;
            var isWhole = !(at > 0 && IsOfName(line[at - 1])) && !(end < line.Length && IsOfName(line[end])) && isMeant(line, at);
            result.Append(line, from, at - from).Append(isWhole ? other : name);
            from = end;
        }

        return result.Append(line, from, line.Length - from).ToString();
    }

    private static bool IsOfName(char character) => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' or ':';

    private IEnumerable<string> Below(string folder)
    {
        var place = Path.Join(project, folder);
        var options = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 3, AttributesToSkip = FileAttributes.ReparsePoint };
        return Directory.Exists(place)
            ? Directory.EnumerateFiles(place, "*", options).Take(MaxFiles).Select(path => Path.GetRelativePath(project, path)).Order(StringComparer.Ordinal)
            : [];
    }

    private IEnumerable<(string Path, string Text)> Texts(IEnumerable<string> paths) =>
        from path in paths
        let text = BoundedFile.ReadText(Path.Join(project, path), MaxFile)
        where text is not null && !text.Contains('\uFFFD', StringComparison.Ordinal)
        select (path, text);
}
