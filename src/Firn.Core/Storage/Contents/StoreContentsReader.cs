using Firn.Common;
using Firn.Common.Files;
using Firn.Storage.Bundles;
using Firn.Storage.Layout;

namespace Firn.Storage.Contents;

/// <summary>Lists a store. Beside writers and a collection: what goes away meanwhile is not in the result.</summary>
/// <param name="store">The store's folder, absolute.</param>
internal sealed class StoreContentsReader(string store)
{
    private const string Digests = "sha256";
    private const int Deepest = 64;
    private readonly StoreContents _contents = new();

    /// <summary>Everything.</summary>
    public static StoreContents Read(string store)
    {
        var reader = new StoreContentsReader(store);
        reader.ReadRoot();
        reader.ReadObjects(StoreLayout.Files, reader.TakeFile);
        reader.ReadObjects(StoreLayout.Bundles, reader.TakeBundleFile);
        SourceFilesReader.Read(store, reader._contents);
        reader.ReadTemporaries(StoreLayout.Temporary, 0);
        reader._contents.QuarantinedFiles = reader.CountFiles(StoreLayout.Quarantine, 0);
        // Records last: what they name was there before them.
        reader._contents.Chains.AddRange(ReadChains(store, reader._contents.Strays));
        return reader._contents;
    }

    /// <summary>Everything, where what a collection has moved aside and not yet removed counts as there.</summary>
    public static StoreContents ReadWithAside(string store)
    {
        var contents = Read(store);
        foreach (var file in contents.Temporaries)
        {
            if (CollectedFolder.OriginOf(file.Path) is { } origin)
            {
                TakeAside(contents, origin, file);
            }
        }

        return contents;
    }

    /// <summary>The chains alone.</summary>
    public static List<ChainFiles> ReadChains(string store) => ReadChains(store, []);

    /// <summary>The chains, and what else lies among them.</summary>
    public static List<ChainFiles> ReadChains(string store, List<StrayEntry> strays)
    {
        var reader = new ChainFilesReader(store, strays);
        reader.ReadAnalyses();
        reader.ReadEnvironments();
        return reader.Chains;
    }

    private void ReadRoot()
    {
        foreach (var entry in List(string.Empty))
        {
            if (entry.Kind == DirectoryEntryKind.Link)
            {
                // The description is looked at by itself.
                if (entry.Name != StoreLayout.Description)
                {
                    Stray(entry.Name, StrayKind.Link);
                }
            }
            else if (!StoreLayout.Names.Contains(entry.Name) && !IsSystemName(entry.Name))
            {
                Stray(entry.Name, StrayKind.Foreign);
            }
        }
    }

    /// <summary>What file systems put into every folder, or the root of each: neither Firn's nor foreign.</summary>
    internal static bool IsSystemName(string name) =>
        name is "lost+found" or ".snapshot" or ".zfs" || name.StartsWith(".nfs", StringComparison.Ordinal);

    private void ReadObjects(string kind, Action<string, string, FileStat> take)
    {
        foreach (var entry in List(kind))
        {
            if (entry.Name != Digests || entry.Kind == DirectoryEntryKind.Link)
            {
                Stray($"{kind}/{entry.Name}", StrayEntry.KindOf(entry));
            }
        }

        var root = $"{kind}/{Digests}";
        foreach (var start in List(root))
        {
            var folder = $"{root}/{start.Name}";
            if (start.Kind != DirectoryEntryKind.Directory || !IsHex(start.Name, 2))
            {
                Stray(folder, IsHex(start.Name, 64) && start.Kind == DirectoryEntryKind.File ? StrayKind.Misplaced : StrayEntry.KindOf(start));
                continue;
            }

            foreach (var file in List(folder))
            {
                if (TryStat($"{folder}/{file.Name}", out var stat))
                {
                    take(folder, file.Name, stat);
                }
            }
        }
    }

    private void TakeFile(string folder, string name, FileStat stat)
    {
        var path = $"{folder}/{name}";
        if (!stat.IsRegularFile || !IsHex(name, 64))
        {
            Stray(path, stat.IsLink ? StrayKind.Link : StrayKind.Foreign);
        }
        else if (!folder.EndsWith(name[..2], StringComparison.Ordinal))
        {
            Stray(path, StrayKind.Misplaced);
        }
        else
        {
            _contents.Files[name] = new ContentFile(path, stat);
        }
    }

    private void TakeBundleFile(string folder, string name, FileStat stat)
    {
        var path = $"{folder}/{name}";
        var parts = name.Split('.', 2);
        if (!stat.IsRegularFile || parts.Length < 2 || !IsHex(parts[0], 64)
            || BundleFileName.Parse(parts[1]) is not { } parsed)
        {
            Stray(path, stat.IsLink ? StrayKind.Link : StrayKind.Foreign);
            return;
        }

        if (!folder.EndsWith(name[..2], StringComparison.Ordinal))
        {
            Stray(path, StrayKind.Misplaced);
            return;
        }

        var key = parsed.Tag is null ? parts[0] : $"{parts[0]}.{parsed.Tag}";
        if (!_contents.Bundles.TryGetValue(key, out var bundle))
        {
            bundle = new BundleContents(parts[0], parsed.Tag);
            _contents.Bundles.Add(key, bundle);
        }

        var file = new ContentFile(path, stat);
        if (parsed.IsIndex)
        {
            bundle.Index = file;
        }
        else if (bundle.Archive is null || parsed.IsZstandard)
        {
            bundle.Archive = file;
        }
    }

    private static void TakeAside(StoreContents contents, string origin, ContentFile file)
    {
        var reader = new StoreContentsReader(string.Empty);
        var end = origin.LastIndexOf('/');
        var folder = end < 0 ? string.Empty : origin[..end];
        if (folder.StartsWith(StoreLayout.Files + "/", StringComparison.Ordinal))
        {
            reader.TakeFile(folder, origin[(end + 1)..], file.Stat);
        }
        else if (folder.StartsWith(StoreLayout.Bundles + "/", StringComparison.Ordinal))
        {
            reader.TakeBundleFile(folder, origin[(end + 1)..], file.Stat);
        }

        foreach (var hex in reader._contents.Files.Keys)
        {
            contents.Files.TryAdd(hex, file);
        }

        foreach (var (key, part) in reader._contents.Bundles)
        {
            if (!contents.Bundles.TryGetValue(key, out var bundle))
            {
                bundle = new BundleContents(part.Hex, part.Tag);
                contents.Bundles.Add(key, bundle);
            }

            bundle.Index ??= part.Index is null ? null : file;
            bundle.Archive ??= part.Archive is null ? null : file;
        }
    }

    private void ReadTemporaries(string folder, int level)
    {
        foreach (var entry in List(folder))
        {
            var path = $"{folder}/{entry.Name}";
            if (entry.Kind == DirectoryEntryKind.Link)
            {
                Stray(path, StrayKind.Link);
            }
            else if (entry.Kind == DirectoryEntryKind.Directory && level < Deepest)
            {
                ReadTemporaries(path, level + 1);
            }
            else if (TryStat(path, out var stat))
            {
                _contents.Temporaries.Add(new ContentFile(path, stat));
            }
        }
    }

    private int CountFiles(string folder, int level)
    {
        var count = 0;
        foreach (var entry in List(folder))
        {
            count += entry.Kind == DirectoryEntryKind.Directory && level < Deepest
                ? CountFiles($"{folder}/{entry.Name}", level + 1)
                : 1;
        }

        return count;
    }

    private IReadOnlyList<DirectoryEntry> List(string folder)
    {
        var entries = StoreTree.List(store, Path.Join(store, folder), out var status);
        if (status is not (FileReadStatus.Read or FileReadStatus.Missing))
        {
            Stray(folder, StrayKind.Unreadable);
        }

        return entries;
    }

    private bool TryStat(string path, out FileStat stat) => FileStatReader.TryRead(Path.Join(store, path), out stat);

    private void Stray(string path, StrayKind kind) => _contents.Strays.Add(new StrayEntry(path, kind));

    private static bool IsHex(string name, int length) => name.Length == length && Hex.IsLower(name);
}

/// <summary>What follows a bundle's digits in the name of one of its files.</summary>
/// <param name="Tag">For bytecode its cache tag.</param>
/// <param name="IsIndex">Whether it is the index, not the archive.</param>
/// <param name="IsZstandard">Whether it is an archive of zstd, not gzip.</param>
internal sealed record BundleFileName(string? Tag, bool IsIndex, bool IsZstandard)
{
    /// <summary>Reads <c>json</c>, <c>tar.zst</c> or <c>tar.gz</c>, with a tag and a dot before it or not.</summary>
    /// <returns><see langword="null"/> for anything else.</returns>
    public static BundleFileName? Parse(string rest)
    {
        foreach (var extension in (ReadOnlySpan<string>)["json", "tar.zst", "tar.gz"])
        {
            if (rest == extension)
            {
                return Of(null, extension);
            }

            if (rest.EndsWith("." + extension, StringComparison.Ordinal))
            {
                var tag = rest[..^(extension.Length + 1)];
                return BundleName.IsTag(tag) ? Of(tag, extension) : null;
            }
        }

        return null;
    }

    private static BundleFileName Of(string? tag, string extension) =>
        new(tag, extension == "json", extension == "tar.zst");
}
