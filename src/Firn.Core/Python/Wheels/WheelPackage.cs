using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Bundles;
using Firn.Common.Zip;
using Firn.Python.Indexes;
using Firn.Python.Metadata;
using Firn.Python.Versions;

namespace Firn.Python.Wheels;

/// <summary>
/// A wheel, as the bundle that it becomes and as what an installation adds to it. Its files are read when the bundle is
/// written, so it stays open until then.
/// </summary>
internal sealed class WheelPackage : IDisposable
{
    private readonly StrictZipFile _zip;

    internal WheelPackage(StrictZipFile zip) => _zip = zip;

    /// <summary>As METADATA has it.</summary>
    public required string Name { get; init; }

    public required string CanonicalName { get; init; }

    /// <summary>As METADATA has it.</summary>
    public required string Version { get; init; }

    /// <summary>The name of the metadata folder, <c>x-1.0.dist-info</c>.</summary>
    public required string MetadataFolder { get; init; }

    /// <summary>What the bundle holds, in no order.</summary>
    public required ImmutableArray<BundleMember> Members { get; init; }

    /// <summary>Bytes of all members.</summary>
    public required long Size { get; init; }

    public required ImmutableArray<WheelEntryPoint> EntryPoints { get; init; }

    /// <summary>What an installer writes for them, and scripts that count as such; sorted by path.</summary>
    public required ImmutableArray<WheelLauncher> Launchers { get; init; }

    /// <summary>The requirements in METADATA.</summary>
    public required ImmutableArray<string> Requires { get; init; }

    public required string? RequiresPython { get; init; }

    /// <summary>The folder that its headers lie in; <see langword="null"/> where it has none.</summary>
    public required string? HeadersName { get; init; }

    /// <summary>RECORD of the bundle.</summary>
    public required byte[] Record { get; init; }

    /// <summary>What is doubtful, and did not stop it.</summary>
    public required ImmutableArray<Problem> Problems { get; init; }

    /// <summary>Opens a wheel and reads all but the contents of its files.</summary>
    /// <param name="path">The file.</param>
    /// <param name="target">What it is to be installed into, and what it should be.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="FirnException">It is not what it should be, or breaks the rules of wheels.</exception>
    public static WheelPackage Open(string path, WheelTarget target, CancellationToken cancellation)
    {
        var fileName = WheelFileName.Parse(target.FileName, out var problem) ?? throw new FirnException(
            $"{ZipEntryName.Show(target.FileName)} is not the name of a wheel: {problem}",
            "a wheel is installed under the name that it was published with");
        StrictZipFile? zip = null;
        try
        {
            zip = StrictZipFile.Open(path, cancellation);
            var package = new WheelReader(zip, fileName, target).Read(cancellation);
            zip = null;
            return package;
        }
        catch (ZipFormatException exception)
        {
            throw WheelRefusal.Of(target.FileName, exception.Message, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FirnException(
                $"cannot read {path}: {exception.Message}", "check its permissions", innerException: exception);
        }
        finally
        {
            zip?.Dispose();
        }
    }

    public void Dispose() => _zip.Dispose();
}

/// <summary>What a wheel is to be installed into, and what it should be.</summary>
/// <param name="PythonFolder">For example <c>python3.11</c>.</param>
/// <param name="ExpectedName">The distribution that a lock promises, in any spelling; <see langword="null"/> where none does.</param>
/// <param name="ExpectedVersion">Its version; one without a local part stands for all that have one.</param>
/// <param name="FileName">The wheel's own file name, whatever the file at hand is called.</param>
/// <param name="HeadersName">The name that its headers' folder gets; <see langword="null"/> for the canonical one.</param>
internal sealed record WheelTarget(
    string PythonFolder, string? ExpectedName, string? ExpectedVersion, string FileName, string? HeadersName = null);

/// <summary>Reads a wheel in the order in which one thing tells where the next is; the first refusal ends it.</summary>
/// <param name="zip">The wheel; the package that is made of it owns it.</param>
/// <param name="fileName">Its file name.</param>
/// <param name="target">What it is to be installed into, and what it should be.</param>
internal sealed class WheelReader(StrictZipFile zip, WheelFileName fileName, WheelTarget target)
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
        var places = new InstallScheme(folders!, target.PythonFolder, headersName);
        var composer = new WheelBundleBuilder(
            files,
            places,
            target.PythonFolder,
            entryPoints,
            LauncherNames.Read(entryPointFile));
        composer.Compose(cancellation);
        StopAt(files.Refusals);
        files.Tally.WriteTo(_problems);
        return Package(metadata!, folders!, entryPoints, composer, places.HasHeaders ? headersName : null);
    }

    private WheelPackage Package(
        WheelMetadata metadata,
        WheelFolders folders,
        ImmutableArray<WheelEntryPoint> entryPoints,
        WheelBundleBuilder composer,
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
        if (CanonicalName.Of(metadata.Name) != fileName.CanonicalName || version is null || !version.Equals(fileName.Version))
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
        Pep440Version.Parse(text) is { } expected && VersionComparison.AreEqual(version, expected);

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

/// <summary>The failure that a wheel cannot be taken.</summary>
internal static class WheelRefusal
{
    /// <param name="wheel">The wheel's file name.</param>
    /// <param name="problem">The file, and what is wrong with it.</param>
    /// <param name="cause">The cause, if there is one.</param>
    public static FirnException Of(string wheel, string problem, Exception? cause = null) => new(
        $"cannot install {ZipEntryName.Show(wheel)}: {problem}",
        "download it again; if it is still so, the wheel itself is broken and its makers have to publish another",
        innerException: cause);
}
