using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Json;
using Firn.Storage.Contents;
using Firn.Storage.Layout;

namespace Firn.Storage.Collection;

/// <summary>Reads the leases in <c>tmp</c>: objects that a writer needs and cannot set the time of.</summary>
internal static class StoreLeaseReader
{
    private const int Limit = 64 * 1024 * 1024;

    /// <summary>The digits of all objects under lease.</summary>
    /// <param name="store">The store's folder.</param>
    /// <param name="oldest">Leases from before do not count.</param>
    public static HashSet<string> Read(string store, DateTimeOffset oldest)
    {
        var leased = new HashSet<string>(StringComparer.Ordinal);
        var folder = Path.Join(store, StoreLayout.Temporary);
        foreach (var entry in StoreTree.List(store, folder, out _))
        {
            var path = Path.Join(folder, entry.Name);
            if (entry.Name.StartsWith(StoreLeases.NameStart, StringComparison.Ordinal)
                && Firn.Common.Files.FileStatReader.TryRead(path, out var stat) && stat.IsRegularFile
                && new ContentFile(entry.Name, stat).Time >= oldest)
            {
                Add(path, leased);
            }
        }

        return leased;
    }

    private static void Add(string path, HashSet<string> leased)
    {
        var content = BoundedFile.Read(path, Limit);
        if (!content.IsComplete)
        {
            return;
        }

        // Half a lease is none: leases are put in place whole.
        _ = JsonFields.TryRead(content.Memory, root =>
        {
            foreach (var text in root.Texts("objects"))
            {
                if (Sha256Digest.TryParse(text, out var digest))
                {
                    leased.Add(digest.Hex);
                }
            }

            return leased;
        });
    }
}
