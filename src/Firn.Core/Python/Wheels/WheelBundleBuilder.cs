using System.Text;
using Firn.Common.Bundles;
using Firn.Common.Tar;
using Firn.Common.Zip;
using Firn.Python.Installation;
using Firn.Python.Metadata;
using Firn.Python.Records;

namespace Firn.Python.Wheels;

/// <summary>
/// Makes the members of a wheel's bundle: the same that an archive makes of the files that pip installs from it
/// (docs/formats/bundle.md; pip: operations/install/wheel.py _install_wheel).
/// </summary>
/// <param name="files">The wheel.</param>
/// <param name="places">Where its files go.</param>
/// <param name="pythonFolder">For example <c>python3.11</c>.</param>
/// <param name="entryPoints">Its commands.</param>
/// <param name="launcherNames">Their names, as an archive reads them.</param>
internal sealed class WheelBundleBuilder(
    WheelFiles files,
    InstallScheme places,
    string pythonFolder,
    IReadOnlyCollection<WheelEntryPoint> entryPoints,
    LauncherNames launcherNames)
{
    /// <summary>Larger scripts are taken as they are; no installer's line is in such.</summary>
    private const int ScriptLimit = 16 * 1024 * 1024;

    private const int LauncherLimit = 4 * 1024 * 1024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly string _metadata = $"{places.Site}{files.Folders.Metadata}/";
    private readonly HashSet<string> _commands = new(entryPoints.Select(entryPoint => entryPoint.Name), StringComparer.Ordinal);
    private readonly RecordBuilder _record = new(pythonFolder);

    public List<BundleMember> Members { get; } = [];

    /// <summary>Scripts of the wheel that count as launchers, since their names are those of entry points with a version.</summary>
    public List<WheelLauncher> Launchers { get; } = [];

    /// <summary>RECORD of the bundle.</summary>
    public byte[] Record { get; private set; } = [];

    public void Compose(CancellationToken cancellation)
    {
        foreach (var entry in files.Zip.Entries)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!entry.IsFolder && !files.IsRecord(entry) && files.Row(entry) is { } row)
            {
                Add(entry, row);
            }
        }

        foreach (var (path, row) in files.OtherRows)
        {
            if (!path.EndsWith(".pyc", StringComparison.Ordinal))
            {
                _record.Add(places.Site + path, row.Hash, row.Size);
            }
        }

        _record.Add(_metadata + "RECORD", string.Empty, -1);
        Record = _record.Build();
        Members.Add(new BundleMember { Path = _metadata + "RECORD", Content = BundleContent.OfBytes(Record) });
        CheckPaths();
    }

    private void Add(ZipEntry entry, WheelRecordRow row)
    {
        if (places.Find(entry, out var problem) is not { } place)
        {
            files.Refuse(entry, problem!);
            return;
        }

        var path = place.BundlePath;
        if (place.IsScript && IsWrapper(path))
        {
            // pip leaves the row as it was.
            _record.Add(places.Site + entry.Path, row.WrittenHash, row.WrittenSize);
            files.Tally.Add("wheel-wrapper-script", "a launcher is made for a script that the wheel brings", entry.Path);
        }
        else if (path.StartsWith(_metadata, StringComparison.Ordinal) && InstallerFileNames.Contains(path.AsSpan(_metadata.Length)))
        {
            if (!files.IsSignature(entry))
            {
                files.Tally.Add("wheel-installer-file", "the wheel brings what installers write", entry.Path);
            }
        }
        else if (path.EndsWith(".pyc", StringComparison.Ordinal) && path.Contains("__pycache__/", StringComparison.Ordinal))
        {
            files.Tally.Add("wheel-bytecode", "the wheel brings bytecode, which is left out", entry.Path);
        }
        else if (!IsLauncher(entry, row, place))
        {
            AddFile(entry, row, place);
        }
    }

    /// <summary>Scripts that setuptools generated for an entry point, under that point's name or for Windows.</summary>
    private bool IsWrapper(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        foreach (var ending in new[] { ".exe", "-script.py", ".pya" })
        {
            if (name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
            {
                return _commands.Contains(name[..^ending.Length]);
            }
        }

        return _commands.Contains(name);
    }

    private bool IsLauncher(ZipEntry entry, WheelRecordRow row, InstallPath place)
    {
        if (!place.BundlePath.StartsWith(BinFolder.Path, StringComparison.Ordinal)
            || !launcherNames.Contains(place.BundlePath[BinFolder.Path.Length..])
            || entry.Length > LauncherLimit
            || Text(files.Read(entry, row, LauncherLimit)) is not { } text)
        {
            return false;
        }

        var end = text.IndexOf('\n', StringComparison.Ordinal) + 1;
        Launchers.Add(place.IsScript && text.StartsWith(ShebangText.Placeholder, StringComparison.Ordinal)
            ? new WheelLauncher(place.BundlePath, LauncherComposer.Interpreter, end == 0 ? string.Empty : text[end..])
            : new WheelLauncher(place.BundlePath, Interpreter: null, text));
        return true;
    }

    private void AddFile(ZipEntry entry, WheelRecordRow row, InstallPath place)
    {
        var content = place.IsScript ? Script(entry, row) : null;
        if (content is not null)
        {
            row = new WheelRecordRow(RecordHash.Of(Firn.Common.Sha256Digest.Of(content)), content.Length);
        }

        if (VirtualEnvironmentFiles.IsActivation(place.BundlePath))
        {
            files.Tally.Add("wheel-activation-script", "the wheel brings a script under the name of the environment's own", entry.Path);
        }

        _record.Add(place.BundlePath, row.WrittenHash, row.WrittenSize);
        Members.Add(new BundleMember
        {
            Path = place.BundlePath,
            IsExecutable = entry.IsExecutable,
            Content = content is null ? files.Content(entry, row) : BundleContent.OfBytes(content),
        });
    }

    /// <summary>
    /// A script whose first line pip replaces (fix_script: whatever begins with <c>#!python</c>, to the line's end), as
    /// an archive brings it back; <see langword="null"/> where the wheel has it so already, or it is another one's.
    /// </summary>
    private byte[]? Script(ZipEntry entry, WheelRecordRow row)
    {
        Span<byte> start = stackalloc byte[9];
        start = start[..files.ReadStart(entry, start)];
        if (!start.StartsWith(ShebangWriter.Placeholder) || entry.Length > ScriptLimit)
        {
            return null;
        }

        var script = files.Read(entry, row, ScriptLimit);
        var end = script.AsSpan().IndexOf((byte)'\n') + 1;
        return [.. ShebangWriter.Placeholder, (byte)'\n', .. script.AsSpan(end == 0 ? script.Length : end)];
    }

    /// <summary>Two files for one place, and files below files; the places of launchers among them.</summary>
    private void CheckPaths()
    {
        var sorted = Members.Select(member => member.Path).Concat(Launchers.Select(launcher => launcher.Path)).ToArray();
        Array.Sort(sorted, TarPath.Compare);
        var order = new TarPathOrder();
        var folded = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var path in sorted)
        {
            if ((TarPath.FindProblem(path) ?? order.Next(path)) is { } problem)
            {
                files.Refuse(path, problem);
            }

            if (!folded.Add(path))
            {
                files.Tally.Add("wheel-names-differ-in-case", "names differ in case alone", path);
            }
        }
    }

    private static string? Text(byte[] bytes)
    {
        try
        {
            return bytes.AsSpan().IndexOf((byte)0) >= 0 ? null : Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
