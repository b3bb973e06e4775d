using System.Collections.Immutable;
using Firn.Python.Wheels.Zip;

namespace Firn.Python.Wheels;

/// <summary>The two folders of a wheel that mean something: <c>NAME-VERSION.dist-info</c> and <c>NAME-VERSION.data</c>.</summary>
/// <param name="Metadata">The name of the one.</param>
/// <param name="Data">The name of the other; <see langword="null"/> where there is none.</param>
internal sealed record WheelFolders(string Metadata, string? Data)
{
    private const string MetadataEnding = ".dist-info";
    private const string DataEnding = ".data";

    /// <summary>Finds them; <see langword="null"/> where something is refused.</summary>
    public static WheelFolders? Find(ImmutableArray<ZipEntry> entries, WheelFileName fileName, List<string> refusals)
    {
        var metadata = new SortedSet<string>(StringComparer.Ordinal);
        var data = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            var slash = entry.Path.IndexOf('/', StringComparison.Ordinal);
            if (slash < 0 && !entry.IsFolder)
            {
                continue;
            }

            var top = slash < 0 ? entry.Path : entry.Path[..slash];
            if (top.EndsWith(MetadataEnding, StringComparison.OrdinalIgnoreCase))
            {
                metadata.Add(top);
            }
            else if (top.EndsWith(DataEnding, StringComparison.OrdinalIgnoreCase))
            {
                data.Add(top);
            }
        }

        if ((FindProblem(metadata, MetadataEnding, fileName) ?? (data.Count == 0 ? null : FindProblem(data, DataEnding, fileName)))
            is { } problem)
        {
            refusals.Add(problem);
            return null;
        }

        return new WheelFolders(metadata.Min!, data.Min);
    }

    private static string? FindProblem(SortedSet<string> folders, string ending, WheelFileName fileName)
    {
        if (folders.Count != 1)
        {
            return folders.Count == 0
                ? $"it has no {ending} folder"
                : $"it has several {ending} folders, {ZipEntryName.Show(folders.Min!)} and {ZipEntryName.Show(folders.Max!)} among them";
        }

        var folder = folders.Min!;
        var stem = folder[..^ending.Length];
        var dash = stem.LastIndexOf('-');
        return !folder.EndsWith(ending, StringComparison.Ordinal) || dash <= 0
            || CanonicalName.Of(stem[..dash]) != fileName.CanonicalName
            || Pep440Version.Parse(stem[(dash + 1)..].Replace('_', '-')) is not { } version
            || !version.Equals(fileName.ParsedVersion)
            ? $"its folder {ZipEntryName.Show(folder)} is not that of {fileName.Name} {fileName.Version}"
            : null;
    }
}
