using Firn.Common.Files;
using Firn.Storage.Layout;

namespace Firn.Storage.Contents;

/// <summary>Lists the records of a store.</summary>
/// <param name="store">The store's folder.</param>
/// <param name="strays">Takes what is not a record.</param>
internal sealed class ChainFilesReader(string store, List<StrayEntry> strays)
{
    public List<ChainFiles> Chains { get; } = [];

    public void ReadAnalyses()
    {
        foreach (var (path, subject) in Folders(StoreLayout.Analyses, NameEncoding.Decode))
        {
            foreach (var (folder, name) in Folders(path, NameEncoding.Decode))
            {
                ReadChain(new ChainFiles(folder) { Subject = subject, Name = name });
            }
        }
    }

    public void ReadEnvironments()
    {
        foreach (var (path, start) in Folders(StoreLayout.Environments, static name => name.Length == 2 ? name : null))
        {
            foreach (var (folder, id) in Folders(path, name => EnvironmentIdOf(start, name)))
            {
                ReadChain(new ChainFiles(folder) { EnvironmentId = id });
            }
        }
    }

    private static string? EnvironmentIdOf(string start, string name)
    {
        var id = EnvironmentIdText.Start + name;
        return EnvironmentIdText.IsValid(id) && name.StartsWith(start, StringComparison.Ordinal) ? id : null;
    }

    /// <summary>The folders in a folder whose names mean something.</summary>
    private List<(string Path, string Meaning)> Folders(string folder, Func<string, string?> read)
    {
        var found = new List<(string Path, string Meaning)>();
        foreach (var entry in List(folder))
        {
            var path = $"{folder}/{entry.Name}";
            if (entry.Kind == DirectoryEntryKind.Directory && read(entry.Name) is { } meaning)
            {
                found.Add((path, meaning));
            }
            else if (entry.Kind == DirectoryEntryKind.Link || !StoreContentsReader.IsSystemName(entry.Name))
            {
                strays.Add(new StrayEntry(path, StrayEntry.KindOf(entry)));
            }
        }

        found.Sort(static (left, right) => string.CompareOrdinal(left.Path, right.Path));
        return found;
    }

    private void ReadChain(ChainFiles chain)
    {
        foreach (var entry in List(chain.Folder))
        {
            var path = $"{chain.Folder}/{entry.Name}";
            if (!FileStatReader.TryRead(Path.Join(store, path), out var stat))
            {
                // A record is never removed: what was listed and is not there cannot be read.
                if (StoreLayout.RecordNumber(entry.Name) > 0)
                {
                    strays.Add(new StrayEntry(path, StrayKind.Unreadable));
                }

                continue;
            }

            if (stat.IsLink)
            {
                strays.Add(new StrayEntry(path, StrayKind.Link));
            }
            else if (StoreContentsReader.IsSystemName(entry.Name))
            {
                continue;
            }
            else if (entry.Name == StoreLayout.Hint)
            {
                chain.Hint = new ContentFile(path, stat);
            }
            else if (StoreLayout.RecordNumber(entry.Name) is > 0 and var number && stat.IsRegularFile)
            {
                chain.Records[number] = new ContentFile(path, stat);
            }
            else
            {
                strays.Add(new StrayEntry(path, IsOddRecord(entry.Name, stat) ? StrayKind.OddRecord : StrayKind.Foreign));
            }
        }

        Chains.Add(chain);
    }

    /// <summary>Digits and the extension, but not the one way to write the number.</summary>
    private static bool IsOddRecord(string name, FileStat stat)
    {
        const string extension = ".json";
        return stat.IsRegularFile && name.EndsWith(extension, StringComparison.Ordinal)
            && name.Length > extension.Length && !name.AsSpan(0, name.Length - extension.Length).ContainsAnyExceptInRange('0', '9');
    }

    private IReadOnlyList<DirectoryEntry> List(string folder)
    {
        var entries = StoreTree.List(store, Path.Join(store, folder), out var status);
        if (status is not (FileReadStatus.Read or FileReadStatus.Missing))
        {
            strays.Add(new StrayEntry(folder, StrayKind.Unreadable));
        }

        return entries;
    }
}
