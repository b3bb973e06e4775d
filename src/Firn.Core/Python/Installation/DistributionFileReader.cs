using System.Text;
using Firn.Common;
using Firn.Python.Distributions;

namespace Firn.Python.Installation;

/// <summary>
/// Reads which files a distribution owns: RECORD; <c>installed-files.txt</c> (pip's legacy installs); the lists of the
/// system's package manager; else the metadata and the packages that <c>top_level.txt</c> names. Nothing but metadata
/// is opened, and no path that leads out of the installation root is followed.
/// </summary>
internal sealed class DistributionFileReader
{
    private const int RecordLimit = 64 * 1024 * 1024;
    private const int ListLimit = 16 * 1024 * 1024;

    private readonly ReadBuffer _buffer = new();

    /// <summary>Reads the files of one distribution.</summary>
    /// <param name="distribution">The distribution.</param>
    /// <param name="paths">The folder that its metadata lies in.</param>
    /// <param name="systemFiles">What the system's package manager lists for it, absolute; empty where it owns nothing.</param>
    public DistributionFiles Read(Distribution distribution, BundlePaths paths, IReadOnlyList<string> systemFiles)
    {
        var metadata = Path.GetFileName(distribution.MetadataPath);
        var launchers = LaunchersOf(distribution.MetadataPath);
        var record = BoundedFile.Read(Path.Join(distribution.MetadataPath, "RECORD"), RecordLimit, _buffer);
        if (record.IsComplete && metadata.EndsWith(".dist-info", StringComparison.OrdinalIgnoreCase))
        {
            return new RecordFileList(paths, metadata + "/", launchers, distribution.Editable is not null)
                .Read(record.WritableBytes);
        }

        var installed = BoundedFile.Read(
            Path.Join(distribution.MetadataPath, "installed-files.txt"), ListLimit, _buffer);
        if (installed.IsComplete && distribution.Editable is null)
        {
            var list = new PathFileList(paths, launchers);
            foreach (var line in new TextLines(Encoding.UTF8.GetString(installed.Bytes)))
            {
                list.Add(line.ToString(), distribution.MetadataPath);
            }

            list.Add(distribution.MetadataPath, string.Empty);
            return list.Result([paths.OnDisk(metadata)]);
        }

        if (systemFiles.Count > 0)
        {
            var list = new PathFileList(paths, launchers);
            foreach (var path in systemFiles)
            {
                list.Add(path, string.Empty);
            }

            return list.Result([paths.OnDisk(metadata)]);
        }

        return new PathFileList(paths, launchers).Result(
            [paths.OnDisk(metadata), .. distribution.Editable is null ? TopLevel(distribution.MetadataPath, paths) : []]);
    }

    private static LauncherNames LaunchersOf(string metadataPath) => new(EntryPointNames.Launchers(
        BoundedFile.Read(Path.Join(metadataPath, "entry_points.txt"), RecordLimit / 16).Bytes));

    /// <summary>The packages and modules that the metadata names as its own.</summary>
    private static List<string> TopLevel(string metadataPath, BundlePaths paths)
    {
        var names = new List<string>();
        var text = BoundedFile.Read(Path.Join(metadataPath, "top_level.txt"), ListLimit / 16);
        foreach (var line in new TextLines(Encoding.UTF8.GetString(text.Bytes)))
        {
            var name = line.Trim().ToString();
            if (RelativePath.IsSafe(name))
            {
                names.Add(paths.OnDisk(name));
                names.Add(paths.OnDisk(name + ".py"));
            }
        }

        return names;
    }
}
