using System.Collections.Immutable;
using System.Text;
using Firn.Common;
using Firn.Common.Files;
using Firn.Images.Installations;

namespace Firn.Images.Scaffold;

/// <summary>
/// An installation for another platform or acceleration. Where the old name stands as a word it becomes the new one; the
/// processor alone only in keys that name it (<c>linux/amd64</c>), never in prose. The services for the accelerator and
/// what gives containers its devices follow.
/// </summary>
internal static class PlatformRename
{
    private const int MaxFile = 4 * 1024 * 1024;

    /// <summary>Files that belong to this place alone, or are made anew.</summary>
    private static readonly string[] Left = [".env", "firn"];

    /// <summary>The files of the installation as they are for another variant, relative to its folder.</summary>
    /// <param name="installation">The installation.</param>
    /// <param name="variant">The new variant: <c>amd64-rocm</c>.</param>
    /// <exception cref="FirnException">A file cannot be read.</exception>
    public static ImmutableArray<(string Path, string Text)> Files(Installation installation, string variant)
    {
        var old = installation.Platform;
        var files = ImmutableArray.CreateBuilder<(string Path, string Text)>();
        foreach (var path in Directory.EnumerateFiles(installation.Folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }).Order(StringComparer.Ordinal))
        {
            var relative = Path.GetRelativePath(installation.Folder, path);
            if (Left.Contains(relative))
            {
                continue;
            }

            var text = BoundedFile.ReadText(path, MaxFile) ?? throw new FirnException($"{path} cannot be read as text", "move it out of the installation");
            files.Add((relative, Renamed(text, old, variant, relative)));
        }

        return files.ToImmutable();
    }

    /// <summary>The text of a file for another variant.</summary>
    public static string Renamed(string text, string old, string variant, string name)
    {
        var renamed = WithWord(text, old, variant);
        var (from, to) = (old.Split('-'), variant.Split('-'));
        if (from[0] != to[0])
        {
            renamed = InstallationPlan.WithSolverOf(
                renamed.Replace($"linux/{from[0]}", $"linux/{to[0]}", StringComparison.Ordinal), from[0], to[0]);
        }

        var (oldAcceleration, acceleration) = (from.ElementAtOrDefault(1), to.ElementAtOrDefault(1));
        return oldAcceleration == acceleration || Path.GetFileName(name) is not ("compose.yaml" or "Dockerfile")
            ? renamed
            : Path.GetFileName(name) == "Dockerfile" ? Dockerfile(renamed, acceleration)
            : Compose(renamed, oldAcceleration, acceleration);
    }

    /// <summary>The text with a word in place of another, where that stands alone and not in a longer one.</summary>
    private static string WithWord(string text, string old, string word)
    {
        var result = new StringBuilder();
        var from = 0;
        while (text.IndexOf(old, from, StringComparison.Ordinal) is >= 0 and var at)
        {
            var end = at + old.Length;
            var isWord = !(at > 0 && IsOfWord(text[at - 1])) && !(end < text.Length && IsOfWord(text[end]));
            result.Append(text, from, at - from).Append(isWord ? word : old);
            from = end;
        }

        return result.Append(text, from, text.Length - from).ToString();
    }

    private static bool IsOfWord(char character) => char.IsAsciiLetterOrDigit(character) || character == '_';

    /// <summary>The line with which images ask the NVIDIA Container Toolkit for devices.</summary>
    private static string Dockerfile(string text, string? acceleration)
    {
        var lines = text.Split('\n').ToList();
        var isThere = lines.FindIndex(static line => line.StartsWith("ENV NVIDIA_VISIBLE_DEVICES=", StringComparison.Ordinal));
        if (acceleration != "cuda" && isThere >= 0)
        {
            lines.RemoveAt(isThere);
        }
        else if (acceleration == "cuda" && isThere < 0 && lines.FindIndex(static line => line.Trim().StartsWith("PYTHONUNBUFFERED=1", StringComparison.Ordinal)) is >= 0 and var at)
        {
            lines.Insert(at + 1, InstallationPlan.Nvidia.TrimEnd('\n'));
        }

        return string.Join('\n', lines);
    }

    private static string Compose(string text, string? old, string? acceleration)
    {
        var result = new StringBuilder();
        foreach (var block in Blocks(text))
        {
            var head = block.Split('\n')[0];
            var isOfOld = head.StartsWith($"x-{old}:", StringComparison.Ordinal)
                || head.TrimEnd().EndsWith($"-local-{old}:", StringComparison.Ordinal);
            if (!isOfOld || old == "cpu")
            {
                result.Append(block);
            }
        }

        if (acceleration is not ("cuda" or "rocm") || text.Contains($"run-local-{acceleration}:", StringComparison.Ordinal))
        {
            return result.ToString();
        }

        // What the scaffold has for the new one: its devices before the services, its services last.
        var scaffold = InstallationPlan.Compose(acceleration);
        var devices = Blocks(scaffold).First(block => block.StartsWith($"x-{acceleration}:", StringComparison.Ordinal));
        var services = Blocks(scaffold).Where(block => block.Split('\n')[0].TrimEnd().EndsWith($"-local-{acceleration}:", StringComparison.Ordinal));
        var made = result.ToString().TrimEnd('\n') + "\n\n" + string.Concat(services).TrimEnd('\n') + "\n";
        var start = made.IndexOf("services:", StringComparison.Ordinal);
        return made.Contains("&run", StringComparison.Ordinal) && start >= 0 ? made.Insert(start, devices) : result.ToString();
    }

    /// <summary>Keys of the first level, and of the second below <c>services</c>, each with all that belongs to it.</summary>
    private static IEnumerable<string> Blocks(string text)
    {
        var block = new StringBuilder();
        var isInServices = false;
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            var isKey = line.Length > 0 && char.IsAsciiLetter(line[0]);
            isInServices = isKey ? line.StartsWith("services:", StringComparison.Ordinal) : isInServices;
            var isService = isInServices && line.Length > 2 && line[..2] == "  " && char.IsAsciiLetter(line[2]);
            if ((isKey || isService) && block.Length > 0)
            {
                yield return block.ToString();
                block.Clear();
            }

            block.Append(line).Append('\n');
        }

        yield return block.ToString();
    }
}
