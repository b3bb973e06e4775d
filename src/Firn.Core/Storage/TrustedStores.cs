using Firn.Common;
using Firn.Common.Files;
using Firn.Storage.Layout;

namespace Firn.Storage;

/// <summary>
/// Tells the stores that this user made from those that came from elsewhere: a note with the store's id in the user's data
/// folder. Who owns the files is not enough: what was copied or unpacked belongs to whoever did that.
/// </summary>
internal static class TrustedStores
{
    private const int MaxNoteBytes = 64 * 1024;

    /// <summary>Opens a store, and makes it first where there is none; then it is the user's own.</summary>
    /// <exception cref="FirnException">It can be neither opened nor made, or the folder holds something else.</exception>
    public static Store OpenOrCreate(string path, SystemContext systemContext, TimeProvider clock, string? name = null)
    {
        var isThere = File.Exists(Path.Join(path, StoreLayout.Description));
        var store = Store.OpenOrCreate(path, clock, name);
        if (!isThere && NoteOf(store, systemContext) is { } note)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(note)!);
                File.WriteAllText(note, RealPath.Of(store.Path) + "\n");
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Then it is asked before a run of it is run again.
            }
        }

        return store;
    }

    /// <summary>
    /// Whether what a record of the store says may be run without a question: the user made the store, or it is the user's
    /// default one, and nobody else wrote the record.
    /// </summary>
    /// <param name="store">The store.</param>
    /// <param name="record">The record's file.</param>
    /// <param name="systemContext">Variables and home.</param>
    public static bool IsOwn(Store store, string record, SystemContext systemContext) =>
        (store.Path == OfUser(systemContext) || IsNoted(store, systemContext))
        && IsMine(Path.Join(store.Path, StoreLayout.Description))
        && IsMine(record);

    /// <summary>A store that says another one's id, or was copied, lies elsewhere.</summary>
    private static bool IsNoted(Store store, SystemContext systemContext) =>
        NoteOf(store, systemContext) is { } note
        && BoundedFile.ReadText(note, MaxNoteBytes)?.TrimEnd('\n') == RealPath.Of(store.Path);

    private static bool IsMine(string path) =>
        FileStatReader.TryRead(path, out var stat) && stat.IsRegularFile
        && (FileStatReader.EffectiveUser() is not { } user || stat.User == user);

    /// <summary>The id comes from a file: only one that is a UUID becomes a name.</summary>
    private static string? NoteOf(Store store, SystemContext systemContext) =>
        Guid.TryParse(store.Description.Id, out var id) && OfUser(systemContext) is { } own
            ? Path.Join(Path.GetDirectoryName(own), "own-stores", id.ToString("D"))
            : null;

    /// <summary>The user's default store; <see langword="null"/> where nothing says where that is.</summary>
    private static string? OfUser(SystemContext systemContext)
    {
        try
        {
            return StoreLocator.OfUser(systemContext);
        }
        catch (FirnException)
        {
            return null;
        }
    }
}
