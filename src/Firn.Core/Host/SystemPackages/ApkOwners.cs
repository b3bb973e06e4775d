using System.Text;
using Firn.Common;

namespace Firn.Host.SystemPackages;

/// <summary>
/// Tells which Alpine package a file is from: <c>/lib/apk/db/installed</c> lists packages (<c>P:</c>, <c>V:</c>) with
/// their folders (<c>F:</c>) and files (<c>R:</c>) (wiki.alpinelinux.org/wiki/Apk_spec).
/// </summary>
internal sealed class ApkOwners(SystemContext systemContext)
{
    private const string Manager = "apk";
    private readonly ReusableFileReader _buffer = new();

    /// <summary>Whether the system has an apk database.</summary>
    public bool IsPresent => DatabasePath is not null;

    // apk-tools 3 moved the database with the merge of /lib into /usr/lib.
    private string? DatabasePath => Existing("/lib/apk/db/installed") ?? Existing("/usr/lib/apk/db/installed");

    /// <summary>The owners of the files.</summary>
    public Dictionary<string, SystemPackage> FindPackagesOf(IEnumerable<string> paths)
    {
        var packages = new Dictionary<string, SystemPackage>(StringComparer.Ordinal);
        if (DatabasePath is not { } database)
        {
            return packages;
        }

        var wanted = new OwnerSearch();
        var merge = new UsrMerge(systemContext);
        foreach (var path in paths)
        {
            wanted.Add(path, merge.Spellings(path));
        }

        var versions = new Dictionary<string, string>(StringComparer.Ordinal);
        Search(_buffer.Read(database), wanted, versions);
        foreach (var file in wanted.Files)
        {
            if (file.Owner is { } owner)
            {
                packages[file.Path] = new SystemPackage(Manager, owner, versions.GetValueOrDefault(owner, string.Empty));
            }
        }

        return packages;
    }

    private static void Search(ReadOnlySpan<byte> lines, OwnerSearch wanted, Dictionary<string, string> versions)
    {
        var package = string.Empty;
        var path = new List<byte>();
        var folder = 0;
        while (!lines.IsEmpty)
        {
            var end = lines.IndexOf((byte)'\n');
            var line = end < 0 ? lines : lines[..end];
            lines = end < 0 ? [] : lines[(end + 1)..];
            if (line.Length < 2 || line[1] != (byte)':')
            {
                continue;
            }

            switch (line[0])
            {
                case (byte)'P':
                    package = Encoding.UTF8.GetString(line[2..]);
                    break;
                case (byte)'V':
                    versions[package] = Encoding.UTF8.GetString(line[2..]);
                    break;
                case (byte)'F':
                    path.Clear();
                    path.AddRange(line[2..]);
                    path.Add((byte)'/');
                    folder = path.Count;
                    break;
                case (byte)'R':
                    path.RemoveRange(folder, path.Count - folder);
                    path.AddRange(line[2..]);
                    wanted.Match(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(path), package);
                    break;
                default:
                    break;
            }
        }
    }

    private string? Existing(string path)
    {
        var actual = systemContext.SystemPath(path);
        return File.Exists(actual) ? actual : null;
    }
}
