using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Native;

namespace Firn.Storage.Layout;

/// <summary>Turns what the system refuses into a message and what to do about it.</summary>
internal static class StoreFailure
{
    /// <summary>Whether .NET throws it for what a file system refuses.</summary>
    public static bool IsExpected(Exception exception) => exception is IOException or UnauthorizedAccessException;

    /// <summary>Writing into the store failed.</summary>
    public static FirnException OfWriting(string store, string path, Exception exception)
    {
        var error = Errno.Of(exception);
        var isDenied = Errno.IsDenied(exception);
        var hint = error == Errno.NoSpace || error == Errno.QuotaExceeded
            ? $"make room: `firn store gc --store {store}` removes what nothing needs"
            : isDenied ? (MessageText)$"ask the store's owner for the right to write, or take another store: {RequestSetting.Store:DIR} or FIRN_STORE"
            : error is Errno.FileTooLarge or Errno.ReadOnlyFileSystem ? (MessageText)$"take another store: {RequestSetting.Store:DIR} or FIRN_STORE"
            : "check that the store's disk is there and sound";
        var owner = isDenied ? OwnerNote(path) : string.Empty;
        return new FirnException($"cannot write {path}: {Errno.Reason(exception)}{owner}", hint, innerException: exception);
    }

    /// <summary>Reading from the store failed.</summary>
    public static FirnException OfReading(string path, string reason, Exception? exception = null) => new(
        $"cannot read {path}: {reason}", "check that you may read the store and that its disk is there", innerException: exception);

    /// <summary>What the store holds is not what it must be.</summary>
    public static FirnException Damaged(string path, string what) => new(
        $"{path} is damaged: {what}", "`firn store check --read-data` finds all damage and says what mends it", FailureKind.Different);

    /// <summary>A link is in the place of a folder or a file of the store.</summary>
    public static FirnException Linked(string path) => new(
        $"{path} is a link to {RealPath.LinkTarget(path) ?? "somewhere else"}: nothing in a store is reached through one",
        "put what belongs there in its place; `firn store check` names all such links and `firn store repair` takes them away",
        FailureKind.Different);

    /// <summary>Whose folder it is that refuses, where it is another user's.</summary>
    private static string OwnerNote(string path)
    {
        for (var folder = path; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (FileStatReader.TryRead(folder, out var stat) && stat.IsDirectory)
            {
                return FileStatReader.EffectiveUser() is { } user && user != stat.User
                    ? $" ({folder} belongs to the user {stat.User})"
                    : string.Empty;
            }
        }

        return string.Empty;
    }
}
