using System.Text.Json;
using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Json;
using Firn.Storage.Contents;
using Firn.Storage.Layout;

namespace Firn.Storage.Collection;

/// <summary>Removes source documents whose bundle or record is no longer in the store: they tell nobody anything.</summary>
internal static class SourceCollector
{
    /// <returns>How many were removed, and their bytes.</returns>
    public static (int Count, long Bytes) Collect(string store, DateTimeOffset oldest, CancellationToken cancellation)
    {
        var contents = new StoreContents();
        SourceFilesReader.Read(store, contents);
        var opened = Store.Open(store);
        var (count, bytes) = (0, 0L);
        foreach (var file in contents.Sources)
        {
            cancellation.ThrowIfCancellationRequested();
            if (file.Time < oldest && IsVoid(opened, BoundedFile.Read(Path.Join(store, file.Path), int.MaxValue / 2))
                && TemporaryFiles.TryRemove(store, file.Path))
            {
                count++;
                bytes += file.Stat.Size;
            }
        }

        return (count, bytes);
    }

    private static bool IsVoid(Store store, FileContent content)
    {
        // A damaged one is the check's to find.
        if (!content.IsComplete || !RecordChecksum.IsIntact(content.Bytes))
        {
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(content.Memory);
            return !(Has(document.RootElement, "bundle", store.Bundles.Contains)
                && Has(document.RootElement, "record", store.Files.Contains));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return true;
        }
    }

    private static bool Has(JsonElement document, string member, Func<Sha256Digest, bool> contains) =>
        document.Text(member) is not { } text || (Sha256Digest.TryParse(text, out var digest) && contains(digest));
}
