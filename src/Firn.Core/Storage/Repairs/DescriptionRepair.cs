using Firn.Common;

namespace Firn.Storage.Repairs;

/// <summary>Mends <c>firn-store.json</c>, or writes a new one: nothing else in a store rests on it.</summary>
internal static class DescriptionRepair
{
    private const int Limit = 1024 * 1024;

    public static string Repair(string store, QuarantineFolder quarantine, TimeProvider clock)
    {
        var path = Path.Join(store, StoreLayout.Description);
        var content = BoundedFile.Read(path, Limit).Bytes.ToArray();
        var wasMended = BitMender.TryMend(content, bytes => RecordSeal.IsIntact(bytes));
        var old = quarantine.Take(StoreLayout.Description);
        using var staged = StagedFile.Create(store, "store");
        staged.Write(wasMended ? content : StoreDescriptionJson.Write(Rebuild(content, store, path, clock)));
        staged.Seal(durably: true);
        staged.TryPlace(path);
        StoreTree.Synchronize(store, store);
        return wasMended ? "flipped the wrong bit back" : old is null ? "wrote a new one" : $"wrote a new one; the old one is {old}";
    }

    /// <summary>What can still be read of the old one stays.</summary>
    private static StoreDescription Rebuild(byte[] content, string store, string path, TimeProvider clock)
    {
        try
        {
            return StoreDescriptionJson.Read(content, path);
        }
        catch (FirnException)
        {
            return new StoreDescription(Guid.NewGuid().ToString("D"), Path.GetFileName(store), clock.GetUtcNow());
        }
    }
}
