using Firn.Common.Native;

namespace Firn.Common.Files;

/// <summary>
/// Gives a file a name that nobody else can have: <c>link(2)</c>, or <c>renameat2(RENAME_NOREPLACE)</c> where the file
/// system has no links. Both need no lock, on no file system.
/// </summary>
internal static class CreateIfAbsent
{
    /// <summary>Names the file <paramref name="name"/> unless that is taken. It may keep its old name too.</summary>
    /// <returns>Whether the name is this file's.</returns>
    /// <exception cref="IOException">Neither call works there, with the error's number as its result.</exception>
    public static bool TryTake(string file, string name)
    {
        if (OperatingSystem.IsWindows())
        {
            return TryTakePortably(file, name);
        }

        var error = FileNames.Link(file, name);
        return error switch
        {
            0 => true,
            _ when HasTwoNames(file) => true,
            Errno.Exists => false,
            _ when IsWithoutLinks(error) => TryTakeByRenaming(file, name),
            _ => throw FileNames.Failure(error),
        };
    }

    /// <summary>The way without links.</summary>
    public static bool TryTakeByRenaming(string file, string name)
    {
        var error = FileNames.RenameNoReplace(file, name);
        if (error == 0)
        {
            return true;
        }

        // An answer that was lost and asked for again: the file has gone from where only this process puts it.
        if (error is Errno.Exists or Errno.NoEntry && !FileStatReader.TryRead(file, out _))
        {
            return FileStatReader.TryRead(name, out _) ? true : throw FileNames.Failure(error);
        }

        return error switch
        {
            Errno.Exists => false,
            _ when error == Errno.Invalid || error == Errno.NotImplemented || error == Errno.NotSupported =>
                throw new IOException("its file system can neither link files nor rename without replacing", error),
            _ => throw FileNames.Failure(error),
        };
    }

    /// <summary>
    /// NFS may do what it was asked, lose the answer, and fail when asked again (link(2), BUGS). Nobody else knows the
    /// file's first name: a second one is this call's.
    /// </summary>
    private static bool HasTwoNames(string file) => FileStatReader.TryRead(file, out var stat) && stat.Links == 2;

    private static bool IsWithoutLinks(int error) =>
        error is Errno.NotPermitted or Errno.TooManyNames
        || error == Errno.NotImplemented || error == Errno.NotSupported;

    private static bool TryTakePortably(string file, string name)
    {
        try
        {
            File.Move(file, name, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(name))
        {
            return false;
        }
    }
}
