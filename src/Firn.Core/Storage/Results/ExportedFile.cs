using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Native;
using Firn.Storage.Layout;
using Microsoft.Win32.SafeHandles;

namespace Firn.Storage.Results;

/// <summary>A file on its way out of the store: written beside its place, and put there when it is known to be whole.</summary>
internal sealed class ExportedFile : IDisposable
{
    private const string Start = ".firn-";
    private const string Ending = ".tmp";
    private const int KeptSeconds = 24 * 60 * 60;
    private readonly string _target;
    private readonly string _temporary;
    private readonly SafeFileHandle _handle;
    private long _length;

    private ExportedFile(string target, string temporary, SafeFileHandle handle)
    {
        _target = target;
        _temporary = temporary;
        _handle = handle;
    }

    /// <summary>Starts a file; the folders on the way to it are made.</summary>
    /// <exception cref="FirnException">Its folder cannot be written to.</exception>
    public static ExportedFile Create(string target)
    {
        try
        {
            var folder = Path.GetDirectoryName(target)!;
            Directory.CreateDirectory(folder);
            var temporary = Path.Join(folder, $"{Start}{Guid.NewGuid():N}{Ending}");
            return new ExportedFile(target, temporary, File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None));
        }
        catch (Exception exception) when (StoreFailure.IsExpected(exception))
        {
            throw Failure(target, exception);
        }
    }

    /// <summary>
    /// Removes from a folder what fetches left that were killed: files with such names that nobody holds, a day old. Half a
    /// file is not gone on with: it costs less to copy it than to prove it.
    /// </summary>
    public static void Sweep(string folder)
    {
        foreach (var entry in DirectoryReader.List(folder, out _))
        {
            var path = Path.Join(folder, entry.Name);
            if (entry.Kind != DirectoryEntryKind.File || !entry.Name.StartsWith(Start, StringComparison.Ordinal)
                || !entry.Name.EndsWith(Ending, StringComparison.Ordinal) || entry.Name.Length != Start.Length + 32 + Ending.Length
                || !FileStatReader.TryRead(path, out var stat) || !stat.IsRegularFile
                || DateTimeOffset.UtcNow.ToUnixTimeSeconds() - stat.ModifiedSeconds < KeptSeconds)
            {
                continue;
            }

            try
            {
                // Whoever still writes it holds a lock.
                File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.None).Dispose();
                File.Delete(path);
            }
            catch (Exception exception) when (StoreFailure.IsExpected(exception))
            {
                // It is in use, or another's.
            }
        }
    }

    /// <summary>What a user's file in the way is answered with.</summary>
    public static FirnException Taken(string target) =>
        new($"{target} is there already", $"{RequestSetting.Replaces} overwrites it, {RequestSetting.Target} names another place");

    /// <summary>Takes the next bytes.</summary>
    public void Write(ReadOnlySpan<byte> content)
    {
        try
        {
            RandomAccess.Write(_handle, content, _length);
            _length += content.Length;
        }
        catch (Exception exception) when (StoreFailure.IsExpected(exception))
        {
            throw Failure(_target, exception);
        }
    }

    /// <summary>Puts it in its place.</summary>
    /// <exception cref="FirnException">Something is there already, or it cannot be put there.</exception>
    public void Place(bool overwrites)
    {
        try
        {
            _handle.Dispose();
            if (overwrites)
            {
                File.Move(_temporary, _target, overwrite: true);
            }
            else if (!CreateIfAbsent.TryTake(_temporary, _target))
            {
                throw Taken(_target);
            }
        }
        catch (Exception exception) when (StoreFailure.IsExpected(exception))
        {
            throw Failure(_target, exception);
        }
    }

    public void Dispose()
    {
        _handle.Dispose();
        try
        {
            File.Delete(_temporary);
        }
        catch (Exception exception) when (StoreFailure.IsExpected(exception))
        {
            // The failure that brought us here is the one to report.
        }
    }

    private static FirnException Failure(string target, Exception exception) => new(
        $"cannot write {target}: {Errno.Reason(exception)}", $"name a place that you may write to and that has room: {RequestSetting.Target}", innerException: exception);
}
