using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Zip;
using Firn.Python.Indexes;
using Firn.Python.Metadata;
using Firn.Python.Versions;

namespace Firn.Python.Wheels;

/// <summary>What METADATA and WHEEL of a wheel say (Core metadata; Binary distribution format, "File contents").</summary>
internal sealed record WheelMetadata
{
    private const int NewestMajor = 1;
    private const int NewestMinor = 0;

    public required string Name { get; init; }

    public required string Version { get; init; }

    /// <summary>As in METADATA, each one requirement.</summary>
    public required ImmutableArray<string> Requires { get; init; }

    public string? RequiresPython { get; init; }

    /// <summary>Reads both files; <see langword="null"/> where something is refused.</summary>
    /// <param name="metadata">METADATA.</param>
    /// <param name="wheel">WHEEL.</param>
    /// <param name="refusals">Takes what ends an installation.</param>
    /// <param name="problems">Takes what is doubtful.</param>
    public static WheelMetadata? Read(byte[] metadata, byte[] wheel, List<string> refusals, List<Problem> problems)
    {
        var headers = MetadataHeaders.Parse(metadata);
        var name = headers.First("Name")?.Trim();
        var version = headers.First("Version")?.Trim();
        if (string.IsNullOrEmpty(name) || string.IsNullOrEmpty(version))
        {
            refusals.Add("its METADATA has no name or no version");
            return null;
        }

        if (!headers.IsUtf8)
        {
            problems.Add(new Problem("wheel-metadata-encoding", null, "METADATA is not UTF-8"));
        }

        CheckWheel(MetadataHeaders.Parse(wheel), refusals, problems);
        return new WheelMetadata
        {
            Name = name,
            Version = version,
            Requires = headers.All("Requires-Dist"),
            RequiresPython = headers.First("Requires-Python")?.Trim(),
        };
    }

    private static void CheckWheel(MetadataHeaders wheel, List<string> refusals, List<Problem> problems)
    {
        var text = wheel.First("Wheel-Version")?.Trim() ?? string.Empty;
        var parts = text.Split('.');
        if (!int.TryParse(parts[0], out var major) || (parts.Length > 1 && !int.TryParse(parts[1], out _)))
        {
            refusals.Add("its WHEEL has no Wheel-Version");
            return;
        }

        if (major > NewestMajor)
        {
            refusals.Add($"it is a wheel of version {major}, and Firn knows version {NewestMajor}");
        }
        else if (major == NewestMajor && parts.Length > 1 && int.Parse(parts[1]) > NewestMinor)
        {
            problems.Add(new Problem("wheel-version", null, $"it is a wheel of version {major}.{int.Parse(parts[1])}, newer than Firn knows"));
        }

        // Both folders are one in virtual environments; without the line it is the one for compiled files.
        if (wheel.First("Root-Is-Purelib")?.Trim().ToLowerInvariant() is not ("true" or "false"))
        {
            problems.Add(new Problem("wheel-root", null, "WHEEL does not say whether it is pure Python"));
        }
    }
}

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
            || !version.Equals(fileName.Version)
            ? $"its folder {ZipEntryName.Show(folder)} is not that of {fileName.Name} {fileName.VersionText}"
            : null;
    }
}
