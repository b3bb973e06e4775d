using System.Buffers.Binary;
using System.Text;
using Firn.Common;
using Firn.Common.Files;

namespace Firn.Restore.Caching;

/// <summary>
/// When the file system last changed anything about each file of an unpacked bundle, as it was when its bytes were known to
/// be right. Nobody can set that time, so a file that was edited is found though its size and its own time are as before. A
/// link to a file, made or removed, changes it too: those that a restore makes are written down at once, and after a linked
/// prefix was removed the bytes are compared once.
/// </summary>
internal sealed class CachedTimes
{
    /// <summary>The file beside the list.</summary>
    public const string FileName = "times";

    /// <summary>Digests stand in it as hexadecimal digits.</summary>
    private const int DigestLength = 64;
    private const int Limit = 64 * 1024 * 1024;
    private readonly Sha256Digest _listing;
    private long[] _times;
    private int _count;
    private bool _isChanged;

    private CachedTimes(Sha256Digest listing, long[] times)
    {
        _listing = listing;
        _times = times;
        _count = times.Length;
    }

    private static ReadOnlySpan<byte> Mark => "firn.times/1\n"u8;

    /// <summary>No times of the files in a list.</summary>
    public static CachedTimes Of(Sha256Digest listing) => new(listing, []);

    /// <summary>The times that were kept for a list; none where they are missing, damaged or of another list.</summary>
    public static CachedTimes Read(string folder, Sha256Digest listing)
    {
        var content = BoundedFile.Read(Path.Join(folder, FileName), Limit);
        var bytes = content.Bytes;
        var start = Mark.Length + DigestLength;
        if (!content.IsComplete || bytes.Length < start + DigestLength || !bytes.StartsWith(Mark)
            || (bytes.Length - start - DigestLength) % sizeof(long) != 0
            || !bytes[Mark.Length..start].SequenceEqual(Encoding.ASCII.GetBytes(listing.Hex))
            || !bytes[^DigestLength..].SequenceEqual(Encoding.ASCII.GetBytes(Sha256Digest.Of(bytes[..^DigestLength]).Hex)))
        {
            return Of(listing);
        }

        var times = new long[(bytes.Length - start - DigestLength) / sizeof(long)];
        for (var i = 0; i < times.Length; i++)
        {
            times[i] = BinaryPrimitives.ReadInt64LittleEndian(bytes[(start + (i * sizeof(long)))..]);
        }

        return new CachedTimes(listing, times);
    }

    /// <summary>
    /// Within how many nanoseconds of the call a link's time lies: a tick of the file system's clock, which is 1/100 s or
    /// less, and the call.
    /// </summary>
    private const long Window = 15_000_000;

    /// <summary>Of two looks at the clock that are no further apart, the call between them was within <see cref="Window"/>.</summary>
    public const long MaxBetweenLooks = 4_000_000;

    /// <summary>Whether a file's time is that of a call which has just ended: this machine's clock is the file system's.</summary>
    public static bool IsOf(long ended, in FileStat stat) => stat.Changed <= ended && stat.Changed > ended - Window;

    /// <summary>Whether nothing about a file has changed since its bytes were known to be right.</summary>
    /// <param name="index">Which file of the list.</param>
    /// <param name="stat">What the file system says of it now.</param>
    public bool Holds(int index, in FileStat stat) => index < _count && stat.Changed != 0
        && (_times[index] >= 0 ? _times[index] == stat.Changed : IsOf(-_times[index], stat));

    /// <summary>Remembers a file whose bytes are right.</summary>
    public void Set(int index, in FileStat stat) => Set(index, stat.Changed);

    /// <summary>
    /// Remembers a file whose bytes are right and to which a link was made: nothing else has changed its time. It is not asked
    /// for, which would cost a call for each of many thousand files.
    /// </summary>
    /// <param name="index">Which file of the list.</param>
    /// <param name="ended">When the call had ended, in nanoseconds since 1970.</param>
    public void SetLinked(int index, long ended) => Set(index, -ended);

    private void Set(int index, long time)
    {
        if (index >= _times.Length)
        {
            Array.Resize(ref _times, Math.Max(index + 1, 2 * _times.Length));
        }

        _times[index] = time;
        _count = Math.Max(_count, index + 1);
        _isChanged = true;
    }

    /// <summary>
    /// Keeps what was learned. Not in one step: half of it, or that of two processes at once, has not the digest that it ends
    /// with, and then the bytes are compared the next time.
    /// </summary>
    public void Save(string folder)
    {
        if (!_isChanged)
        {
            return;
        }

        try
        {
            File.WriteAllBytes(Path.Join(folder, FileName), Compose());
            _isChanged = false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The bytes are compared the next time.
        }
    }

    private byte[] Compose()
    {
        var bytes = new byte[Mark.Length + DigestLength + (_count * sizeof(long)) + DigestLength];
        Mark.CopyTo(bytes);
        Encoding.ASCII.GetBytes(_listing.Hex, bytes.AsSpan(Mark.Length));
        for (var i = 0; i < _count; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(Mark.Length + DigestLength + (i * sizeof(long))), _times[i]);
        }

        Encoding.ASCII.GetBytes(
            Sha256Digest.Of(bytes.AsSpan(0, bytes.Length - DigestLength)).Hex, bytes.AsSpan(bytes.Length - DigestLength));
        return bytes;
    }
}
