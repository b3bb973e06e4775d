using System.Globalization;
using System.Text;
using Firn.Common.Files;
using Firn.Common.Native;
using Firn.Storage.Layout;
using Microsoft.Win32.SafeHandles;

namespace Firn.Storage.Records;

/// <summary>
/// A turn to append to a chain, and the hint which number was the last. Both are a convenience: the turn spares writers
/// that meet in one chain the numbers they would lose to each other, the hint spares looks. Where locks do not work, or
/// somebody sits on one, the appending goes on without.
/// </summary>
internal sealed class ChainLock : IDisposable
{
    public const int HintLimit = 64;

    /// <summary>A hint that is further ahead is none: a digit of it was flipped, or somebody made it up.</summary>
    private const int MaxLost = 1000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly SafeFileHandle? _handle;

    private ChainLock(SafeFileHandle? handle) => _handle = handle;

    /// <summary>Waits for a turn, but not for long.</summary>
    public static ChainLock Take(string folder, CancellationToken cancellation)
    {
        var path = Path.Join(folder, StoreLayout.Hint);
        var clock = TimeProvider.System;
        var start = clock.GetTimestamp();
        if (FileStatReader.TryRead(path, out var stat) && (!stat.IsRegularFile || stat.Links > 1))
        {
            // A link would lead the hint into another file, and a second name is another store's, or nobody knows whose.
            return new ChainLock(null);
        }

        for (var wait = 1; ; wait = Math.Min(wait * 2, 16))
        {
            try
            {
                return new ChainLock(File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException exception) when (Errno.IsLocked(exception) && clock.GetElapsedTime(start) < Patience)
            {
                // Another writer's turn.
            }
            catch (Exception exception) when (StoreFailure.IsExpected(exception))
            {
                // Another user's, a full disk, a read-only one: the record's own writing says it better.
                return new ChainLock(null);
            }

            cancellation.WaitHandle.WaitOne(Random.Shared.Next(1, wait + 1));
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>The hint that stands in the folder; 0 where there is none.</summary>
    public static int ReadHint(string folder)
    {
        var content = ReadContent(folder);
        return content.IsComplete ? Parse(content.Bytes) : 0;
    }

    /// <summary>
    /// The number of a record that was written and has gone: a hint is left when its record is durable, so one that is
    /// ahead of the last record says what was lost.
    /// </summary>
    /// <param name="folder">The folder of the chain.</param>
    /// <param name="last">The last record that is there, 0 where there is none.</param>
    /// <returns>The number; 0 where nothing is known to be lost.</returns>
    public static int FindLost(string folder, int last)
    {
        var content = ReadContent(folder);
        var number = content.IsComplete ? Parse(content.Bytes) : 0;
        return number > last && number - last <= MaxLost && Encoding.ASCII.GetString(content.Bytes) == Text(number)
            && !FileStatReader.TryRead(Path.Join(folder, StoreLayout.RecordName(number)), out _)
                ? number
                : 0;
    }

    /// <summary>Leaves a hint for the next.</summary>
    public void WriteHint(int number)
    {
        if (_handle is null)
        {
            return;
        }

        try
        {
            // Never shorter than before: a reader beside it sees this number or the last one.
            RandomAccess.Write(_handle, Encoding.ASCII.GetBytes(Text(number)), 0);
        }
        catch (Exception exception) when (StoreFailure.IsExpected(exception))
        {
            // The record is written; the next writer looks a little longer.
        }
    }

    public void Dispose() => _handle?.Dispose();

    /// <summary>What a hint for a number says.</summary>
    public static string Text(int number) => $"{number:D6}\n";

    private static int Parse(ReadOnlySpan<byte> hint) =>
        int.TryParse(Encoding.ASCII.GetString(hint).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static FileContent ReadContent(string folder)
    {
        var path = Path.Join(folder, StoreLayout.Hint);
        return FileStatReader.TryRead(path, out var stat) && stat.IsRegularFile
            ? BoundedFile.Read(path, HintLimit)
            : new FileContent(FileReadStatus.Missing, [], 0);
    }
}
