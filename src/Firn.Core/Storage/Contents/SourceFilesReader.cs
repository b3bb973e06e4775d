using Firn.Common.Files;
using Firn.Storage.Layout;
using Firn.Storage.Objects;

namespace Firn.Storage.Contents;

/// <summary>Lists the source documents of a store.</summary>
internal static class SourceFilesReader
{
    public static void Read(string store, StoreContents contents)
    {
        foreach (var kind in List(StoreLayout.Sources))
        {
            if (kind.Name != "sha256" || kind.Kind == DirectoryEntryKind.Link)
            {
                Stray($"{StoreLayout.Sources}/{kind.Name}", kind.Kind == DirectoryEntryKind.Link);
                continue;
            }

            foreach (var folder in List($"{StoreLayout.Sources}/{kind.Name}"))
            {
                ReadFolder(folder);
            }
        }

        void ReadFolder(DirectoryEntry folder)
        {
            var path = $"{StoreLayout.Sources}/sha256/{folder.Name}";
            if (folder.Kind != DirectoryEntryKind.Directory)
            {
                Stray(path, folder.Kind == DirectoryEntryKind.Link);
                return;
            }

            foreach (var file in List(path))
            {
                if (!FileStatReader.TryRead(Path.Join(store, path, file.Name), out var stat))
                {
                    continue;
                }

                if (stat.IsRegularFile && SourceDocumentName.IsValid(folder.Name, file.Name))
                {
                    contents.Sources.Add(new ContentFile($"{path}/{file.Name}", stat));
                }
                else
                {
                    Stray($"{path}/{file.Name}", stat.IsLink);
                }
            }
        }

        IReadOnlyList<DirectoryEntry> List(string folder)
        {
            var entries = StoreTree.List(store, Path.Join(store, folder), out var status);
            if (status is not (FileReadStatus.Read or FileReadStatus.Missing))
            {
                contents.Strays.Add(new StrayEntry(folder, StrayKind.Unreadable));
            }

            return entries;
        }

        void Stray(string path, bool isLink)
        {
            if (isLink || !StoreContentsReader.IsSystemName(Path.GetFileName(path)))
            {
                contents.Strays.Add(new StrayEntry(path, isLink ? StrayKind.Link : StrayKind.Foreign));
            }
        }
    }
}
