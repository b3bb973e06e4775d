using System.Collections.Immutable;
using Firn.Common;
using Firn.Python.Distributions;
using Firn.Python.Wheels.Zip;

namespace Firn.Python.Wheels;

/// <summary>Reads a wheel in the order in which one thing tells where the next is; the first refusal ends it.</summary>
/// <param name="zip">The wheel; the package that is made of it owns it.</param>
/// <param name="fileName">Its file name.</param>
/// <param name="target">What it is to be installed into, and what it should be.</param>
internal sealed class WheelReader(ZipDirectory zip, WheelFileName fileName, WheelTarget target)
{
    private const int RecordLimit = 64 * 1024 * 1024;
    private const int MetadataLimit = 16 * 1024 * 1024;
    private const int EntryPointLimit = 4 * 1024 * 1024;

    private readonly List<string> _refusals = [];
    private readonly List<Problem> _problems = [];

    /// <exception cref="FirnException">Something is refused.</exception>
    /// <exception cref="ZipFormatException">A file is damaged, or not what RECORD says.</exception>
    public WheelPackage Read(CancellationToken cancellation)
    {
        var folders = WheelFolders.Find(zip.Entries, fileName, _refusals);
        StopAt(_refusals);
        var files = new WheelFiles(zip, folders!, target.FileName);
        files.Take(WheelRecord.Read(Need(files, "RECORD", RecordLimit), files.IsFolder, _refusals));
        StopAt(_refusals);
        StopAt(files.Refusals);

        var metadata = WheelMetadata.Read(
            Need(files, "METADATA", MetadataLimit), Need(files, "WHEEL", MetadataLimit), _refusals, _problems);
        CheckNames(metadata);
        StopAt(_refusals);

        var entryPointFile = files.ReadMetadata("entry_points.txt", EntryPointLimit) ?? [];
        var entryPointReader = new EntryPointReader();
        var entryPoints = entryPointReader.Read(entryPointFile);
        StopAt(entryPointReader.Refusals);

        var headersName = target.HeadersName ?? fileName.CanonicalName;
        var places = new WheelPlaces(folders!, target.PythonFolder, headersName);
        var composer = new WheelMemberComposer(
            files,
            places,
            target.PythonFolder,
            entryPoints,
            new LauncherNames(EntryPointNames.Launchers(entryPointFile)));
        composer.Compose(cancellation);
        StopAt(files.Refusals);
        files.Tally.WriteTo(_problems);
        return Package(metadata!, folders!, entryPoints, composer, places.HasHeaders ? headersName : null);
    }

    private WheelPackage Package(
        WheelMetadata metadata,
        WheelFolders folders,
        ImmutableArray<WheelEntryPoint> entryPoints,
        WheelMemberComposer composer,
        string? headersName) => new(zip)
        {
            Name = metadata.Name,
            CanonicalName = fileName.CanonicalName,
            Version = metadata.Version,
            MetadataFolder = folders.Metadata,
            Members = [.. composer.Members],
            Size = composer.Members.Sum(member => member.Content!.Length),
            EntryPoints = entryPoints,
            Launchers = Merge(new LauncherComposer(target.PythonFolder).Compose(entryPoints), composer.Launchers),
            Requires = metadata.Requires,
            RequiresPython = metadata.RequiresPython,
            HeadersName = headersName,
            Record = composer.Record,
            Problems = [.. _problems.Select(problem => problem with { Path = problem.Path ?? target.FileName })],
        };

    /// <summary>The generated one wins, which pip writes last.</summary>
    private static ImmutableArray<WheelLauncher> Merge(ImmutableArray<WheelLauncher> generated, List<WheelLauncher> brought) =>
        [.. generated.Concat(brought).DistinctBy(launcher => launcher.Path).OrderBy(launcher => launcher.Path, StringComparer.Ordinal)];

    private void CheckNames(WheelMetadata? metadata)
    {
        if (metadata is null)
        {
            return;
        }

        var version = Pep440Version.Parse(metadata.Version);
        if (CanonicalName.Of(metadata.Name) != fileName.CanonicalName || version is null || !version.Equals(fileName.ParsedVersion))
        {
            _refusals.Add(
                $"its METADATA is that of {ZipEntryName.Show(metadata.Name)} {ZipEntryName.Show(metadata.Version)}");
        }
        else if (target.ExpectedName is { } name && CanonicalName.Of(name) != fileName.CanonicalName)
        {
            _refusals.Add($"it is {fileName.Name}, where {ZipEntryName.Show(name)} was expected");
        }
        else if (target.ExpectedVersion is { } expected && !IsExpected(version, expected))
        {
            _refusals.Add($"it is version {version}, where {ZipEntryName.Show(expected)} was expected");
        }
    }

    /// <summary>Locks leave out the local part where an index does.</summary>
    private static bool IsExpected(Pep440Version version, string text) =>
        Pep440Version.Parse(text) is { } expected
        && (expected.Local.IsEmpty ? Pep440Version.Parse(version.ToString().Split('+')[0])! : version).Equals(expected);

    private byte[] Need(WheelFiles files, string name, int limit) => files.ReadMetadata(name, limit)
        ?? throw WheelRefusal.Of(target.FileName, $"it has no {files.Folders.Metadata}/{name}");

    private void StopAt(List<string> refusals)
    {
        if (refusals.Count > 0)
        {
            throw WheelRefusal.Of(
                target.FileName, refusals[0] + (refusals.Count > 1 ? $" (and {refusals.Count - 1} more)" : string.Empty));
        }
    }
}
