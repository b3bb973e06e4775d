using Firn.Common;
using Firn.Common.Files;
using Firn.Storage.Layout;

namespace Firn.Storage.Records;

/// <summary>
/// Records of one analysis or environment: append-only, numbered from 1 without gaps, each naming the digest of the one
/// before. A number is taken by creating its file, so any number of writers can append at once.
/// </summary>
internal sealed class RecordChain(string storePath, string folder, StoreLeases leases)
{
    /// <summary>The longest record, in bytes: one of about a million files.</summary>
    public const int Limit = 256 * 1024 * 1024;

    private const int MaxReadAttempts = 6;

    /// <summary>The store's folder.</summary>
    public string Store { get; } = storePath;

    /// <summary>The folder of the records; it need not exist.</summary>
    public string Folder { get; } = folder;

    /// <summary>The number of the last record, 0 where there is none.</summary>
    /// <exception cref="FirnException">The folder, or one above it, is a link.</exception>
    public int FindLast()
    {
        StoreTree.MustBeWithin(Store, Path.Join(Folder, StoreLayout.Hint));
        return FindLast(ChainLock.ReadHint(Folder));
    }

    /// <summary>Reads a record; <see langword="null"/> where there is none of that number.</summary>
    /// <exception cref="FirnException">It cannot be read.</exception>
    public RecordEntry? Read(int number)
    {
        var path = PathOf(number);
        if (FileStatReader.TryRead(path, out var stat) && stat.IsLink)
        {
            throw StoreFailure.Linked(path);
        }

        var content = BoundedFile.Read(path, Limit);
        return content.Status switch
        {
            FileReadStatus.Missing => null,
            FileReadStatus.Read => new RecordEntry(number, content.Bytes.ToArray(), Sha256Digest.Of(content.Bytes)),
            _ => throw StoreFailure.OfReading(path, content.Reason),
        };
    }

    /// <summary>Appends a record; it is durable when it returns.</summary>
    /// <param name="compose">
    /// Makes the document for a number and the digest of the record before. It is called again where another writer took
    /// the number.
    /// </param>
    /// <param name="cancellation">Stops before the record is written, never after.</param>
    /// <exception cref="FirnException">The store cannot be written to, or the chain is damaged.</exception>
    public RecordEntry Append(Func<int, Sha256Digest?, byte[]> compose, CancellationToken cancellation)
    {
        CreateFolder();
        using var turn = ChainLock.Take(Folder, cancellation);
        var last = FindLast();
        MustHaveNewest(last);
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var previous = last == 0 ? (Sha256Digest?)null : ReadWritten(last).Digest;
            var bytes = RecordChecksum.Add(compose(last + 1, previous));
            if (TryWrite(last + 1, bytes))
            {
                turn.WriteHint(last + 1);
                leases.Release();
                return new RecordEntry(last + 1, bytes, Sha256Digest.Of(bytes));
            }

            last = FindLast(last + 1);
        }
    }

    /// <summary>Where the record lies, whether it is there or not.</summary>
    public string PathOf(int number) => Path.Join(Folder, StoreLayout.RecordName(number));

    private int FindLast(int hint)
    {
        var last = RecordNumbers.FindLast(hint, Exists);
        // One missing record must not make its number free again.
        if (Exists(last + 2))
        {
            return Exists(last + 1)
                ? FindLast(last + 2)
                : throw StoreFailure.Damaged(Folder, $"the record {last + 1} is missing");
        }

        // A folder that may not be entered shows no records either: reading says so.
        return last > 0 || Read(1) is null ? last : FindLast(1);
    }

    /// <summary>The number of a newest record that was lost must not be given again.</summary>
    private void MustHaveNewest(int last)
    {
        for (var attempt = 0; ChainLock.FindLost(Folder, last) is > 0 and var lost; attempt++)
        {
            if (attempt == MaxReadAttempts)
            {
                throw StoreFailure.Damaged(Folder, lost == last + 1
                    ? $"the record {lost} is missing"
                    : $"the records {last + 1} to {lost} are missing");
            }

            // A network file system may show the hint before the record.
            Thread.Sleep(10 << attempt);
        }
    }

    private bool Exists(int number) => FileStatReader.TryRead(PathOf(number), out _);

    /// <summary>Reads a record that is known to be there; a network file system may need a moment to show it.</summary>
    private RecordEntry ReadWritten(int number)
    {
        for (var attempt = 0; ; attempt++)
        {
            if (Read(number) is { } entry)
            {
                return entry;
            }

            if (attempt == MaxReadAttempts)
            {
                throw StoreFailure.Damaged(Folder, $"the record {number} is missing");
            }

            Thread.Sleep(10 << attempt);
        }
    }

    private bool TryWrite(int number, byte[] bytes)
    {
        if (bytes.Length > Limit)
        {
            throw new FirnException(
                $"the record {PathOf(number)} would be larger than {Limit / (1024 * 1024)} MiB",
                "add the files in several runs, or pack them into fewer");
        }

        using var staged = StagedFile.Create(Store, "record");
        staged.Write(bytes);
        staged.Seal(durably: true);
        if (!staged.TryPlace(PathOf(number)))
        {
            return false;
        }

        StoreTree.Synchronize(Store, Folder);
        return true;
    }

    /// <summary>
    /// Makes the folder. Whoever finds no record makes its name durable, before the first record is written: then it is,
    /// wherever there is one.
    /// </summary>
    private void CreateFolder()
    {
        if (Exists(1))
        {
            return;
        }

        try
        {
            StoreTree.MakeFolder(Store, Folder);
            Fsync.SynchronizeFolders(Store, Folder);
        }
        catch (Exception exception) when (StoreFailure.IsExpected(exception))
        {
            throw StoreFailure.OfWriting(Store, Folder, exception);
        }
    }
}

/// <summary>A record as it stands in its chain.</summary>
/// <param name="Number">From 1 on.</param>
/// <param name="Bytes">The document.</param>
/// <param name="Digest">Of the bytes; the next record names it.</param>
internal sealed record RecordEntry(int Number, byte[] Bytes, Sha256Digest Digest);

/// <summary>Finds the last of numbers that are dense from 1 on, with a few looks and no listing.</summary>
internal static class RecordNumbers
{
    /// <summary>The last number that exists, 0 where none does.</summary>
    /// <param name="hint">Any number; the nearer to the last, the fewer looks.</param>
    /// <param name="exists">Whether a number is taken.</param>
    public static int FindLast(int hint, Func<int, bool> exists)
    {
        if (hint <= 0)
        {
            return Gallop(0, exists);
        }

        return exists(hint) ? Gallop(hint, exists) : Bisect(0, hint, exists);
    }

    /// <summary>Goes up in growing steps from a number that is taken, or 0.</summary>
    private static int Gallop(int taken, Func<int, bool> exists)
    {
        for (long step = 1; ; step *= 2)
        {
            var next = (int)Math.Min(taken + step, int.MaxValue);
            if (next == taken)
            {
                return taken;
            }

            if (!exists(next))
            {
                return Bisect(taken, next, exists);
            }

            taken = next;
        }
    }

    private static int Bisect(int taken, int free, Func<int, bool> exists)
    {
        while (free - taken > 1)
        {
            var middle = taken + ((free - taken) / 2);
            if (exists(middle))
            {
                taken = middle;
            }
            else
            {
                free = middle;
            }
        }

        return taken;
    }
}
