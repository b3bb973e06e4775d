using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Firn.Common;
using Firn.Common.Sqlite;

namespace Firn.Host.SystemPackages;

/// <summary>
/// Tells which rpm package a file is from, as <c>rpm -qf</c> does without rpm: the table <c>Packages</c> of
/// <c>rpmdb.sqlite</c> holds the header of each package. Fedora and RHEL 9 have that database; the older Berkeley DB and
/// SUSE's own are not read.
/// </summary>
internal sealed class RpmOwners(SystemContext systemContext)
{
    private const string Manager = "rpm";
    private static readonly string[] Folders = ["/usr/lib/sysimage/rpm", "/var/lib/rpm"];

    /// <summary>Whether the system has a database of rpm, of any kind.</summary>
    public bool IsPresent => DatabasePath is not null || Existing("Packages.db") is not null || Existing("Packages") is not null;

    private string? DatabasePath => Existing("rpmdb.sqlite");

    /// <summary>The owners of the files; of several the one that was installed first.</summary>
    public Dictionary<string, SystemPackage> FindPackagesOf(IEnumerable<string> paths)
    {
        var packages = new Dictionary<string, SystemPackage>(StringComparer.Ordinal);
        var wanted = new OwnerSearch();
        var merge = new UsrMerge(systemContext);
        foreach (var path in paths)
        {
            wanted.Add(path, merge.Spellings(path));
        }

        if (wanted.Missing == 0 || DatabasePath is not { } database || SqliteFile.Open(database) is not { } file)
        {
            return packages;
        }

        var versions = new Dictionary<string, string>(StringComparer.Ordinal);
        using (file)
        {
            var rows = file.RowsOf("Packages");
            while (wanted.Missing > 0 && rows.MoveNext())
            {
                var missing = wanted.Missing;
                var header = new RpmHeader(rows.Column(1));
                var name = header.Name;
                header.Match(wanted, name);
                if (wanted.Missing < missing)
                {
                    versions[name] = header.Version;
                }
            }
        }

        foreach (var found in wanted.Files)
        {
            if (found.Owner is { } owner)
            {
                packages[found.Path] = new SystemPackage(Manager, owner, versions[owner]);
            }
        }

        return packages;
    }

    private string? Existing(string name)
    {
        foreach (var folder in Folders)
        {
            var path = systemContext.SystemPath($"{folder}/{name}");
            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }
}

/// <summary>
/// The header of an installed package (rpm: docs/manual/format_header.md): two lengths, an index of tags, and their data.
/// What does not fit reads as absent.
/// </summary>
internal readonly ref struct RpmHeader
{
    private const int VersionTag = 1001;
    private const int ReleaseTag = 1002;
    private const int EpochTag = 1003;
    private const int NameTag = 1000;
    private const int StatesTag = 1029;
    private const int FolderIndexesTag = 1116;
    private const int BaseNamesTag = 1117;
    private const int FoldersTag = 1118;
    private const int EntryLength = 16;
    private readonly ReadOnlySpan<byte> _index;
    private readonly ReadOnlySpan<byte> _data;

    public RpmHeader(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 8)
        {
            return;
        }

        var entries = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        if (entries > (bytes.Length - 8) / EntryLength)
        {
            return;
        }

        _index = bytes.Slice(8, (int)entries * EntryLength);
        _data = bytes[(8 + _index.Length)..];
    }

    public string Name => Text(NameTag);

    /// <summary><c>[EPOCH:]VERSION-RELEASE</c>, as rpm prints it.</summary>
    public string Version
    {
        get
        {
            var epoch = Data(EpochTag, out _);
            var start = epoch.Length < 4 ? string.Empty
                : BinaryPrimitives.ReadUInt32BigEndian(epoch).ToString(CultureInfo.InvariantCulture) + ":";
            return $"{start}{Text(VersionTag)}-{Text(ReleaseTag)}";
        }
    }

    /// <summary>Gives the owner to each wanted path among the package's files that are really installed.</summary>
    public void Match(OwnerSearch wanted, string owner)
    {
        const byte normal = 0;
        const byte onSharedDisk = 3;
        var names = Data(BaseNamesTag, out var count);
        var states = Data(StatesTag, out _);
        var folderIndexes = Data(FolderIndexesTag, out _);
        var folders = Folders();
        var path = new byte[OwnerSearch.MaxPathBytes];
        for (var i = 0; i < count && folderIndexes.Length >= 4; i++)
        {
            var end = names.IndexOf((byte)0);
            if (end < 0)
            {
                return;
            }

            var name = names[..end];
            names = names[(end + 1)..];
            var folderIndex = BinaryPrimitives.ReadUInt32BigEndian(folderIndexes);
            folderIndexes = folderIndexes[4..];
            var isInstalled = i >= states.Length || states[i] is normal or onSharedDisk;
            if (!isInstalled || folderIndex >= folders.Length)
            {
                continue;
            }

            // The folder has a slash at both ends; paths are looked for without the first.
            var folder = _data[folders[folderIndex]];
            folder = folder is [(byte)'/', ..] ? folder[1..] : folder;
            if (wanted.HasLength(folder.Length + name.Length))
            {
                folder.CopyTo(path);
                name.CopyTo(path.AsSpan(folder.Length));
                wanted.Match(path.AsSpan(0, folder.Length + name.Length), owner);
            }
        }
    }

    private Range[] Folders()
    {
        var rest = Data(FoldersTag, out var count);
        var start = _data.Length - rest.Length;
        var folders = new Range[Math.Min(count, rest.Length / 2)];
        for (var i = 0; i < folders.Length; i++)
        {
            var length = _data[start..].IndexOf((byte)0);
            if (length < 0)
            {
                return folders[..i];
            }

            folders[i] = start..(start + length);
            start += length + 1;
        }

        return folders;
    }

    private string Text(int tag)
    {
        var bytes = Data(tag, out _);
        var end = bytes.IndexOf((byte)0);
        return end < 0 ? string.Empty : Encoding.UTF8.GetString(bytes[..end]);
    }

    /// <summary>The data from where a tag's begin; empty where it is absent.</summary>
    private ReadOnlySpan<byte> Data(int tag, out uint count)
    {
        for (var at = 0; at < _index.Length; at += EntryLength)
        {
            var entry = _index.Slice(at, EntryLength);
            var offset = BinaryPrimitives.ReadUInt32BigEndian(entry[8..]);
            if (BinaryPrimitives.ReadInt32BigEndian(entry) == tag && offset <= _data.Length)
            {
                count = BinaryPrimitives.ReadUInt32BigEndian(entry[12..]);
                return _data[(int)offset..];
            }
        }

        count = 0;
        return [];
    }
}
