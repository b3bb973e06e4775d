using System.Globalization;
using System.Text;
using Firn.Common;
using Firn.Common.Files;
using Firn.Runs.Records;
using Microsoft.Win32.SafeHandles;

namespace Firn.Runs.Preparing;

/// <summary>
/// Digests of files. Those of large ones are remembered with what the file system said of the file: where nothing about it had
/// changed for a while, since a change within one tick of a clock shows in nothing, and nobody could write to it.
/// </summary>
/// <param name="cache">The file that remembers; <see langword="null"/> for none.</param>
internal sealed class FileDigestCache(string? cache)
{
    private const long Large = 1024 * 1024;
    private const int MaxCacheBytes = 16 * 1024 * 1024;
    private const int BufferLength = 1024 * 1024;

    /// <summary>Nanoseconds by which the clocks of file systems may be coarse.</summary>
    private const long Racy = 2_000_000_000;

    /// <summary>Before the key of a file that was seen while it was young; the time of that look stands in the digest's place.</summary>
    private const string Seen = "seen ";

    private readonly Lock _lock = new();
    private Dictionary<string, string>? _known;
    private bool _isChanged;

    /// <summary>The digest of a file.</summary>
    /// <param name="path">Absolute, links followed.</param>
    /// <param name="name">As runs name it.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="FirnException">It cannot be read, or changes meanwhile.</exception>
    public ExecutionFile Of(string path, string name, CancellationToken cancellation)
    {
        var real = RealPath.Of(path);
        if (!FileStatReader.TryRead(real, out var stat) || !stat.IsRegularFile)
        {
            throw Unreadable(name, stat.IsDirectory ? "it is a folder" : "not found");
        }

        var key = stat.Size >= Large && cache is not null ? Key(real, stat) : null;
        if (key is not null && Recall(key) is { } known)
        {
            return new ExecutionFile(name, known, stat.Size);
        }

        var looked = ConsistentRead.Now;
        var digest = Read(real, name, cancellation, out var isWritten);
        if (!FileStatReader.TryRead(real, out var after) || !ConsistentRead.IsSame(stat, after))
        {
            throw Changed(name);
        }

        if (key is not null && !isWritten)
        {
            Remember(key, digest, stat.NewestChange, looked);
        }

        return new ExecutionFile(name, digest, stat.Size);
    }

    /// <summary>Whether a file has the bytes that it had: not where it is gone, or still written to.</summary>
    /// <param name="path">Absolute.</param>
    /// <param name="file">What it was.</param>
    public bool Has(string path, ExecutionFile file)
    {
        try
        {
            return Of(path, file.Path, CancellationToken.None).Digest == file.Digest;
        }
        catch (FirnException)
        {
            return false;
        }
    }

    /// <summary>Keeps what was learned for the next time; that it cannot be kept costs time only.</summary>
    public void Save()
    {
        lock (_lock)
        {
            if (!_isChanged || cache is null || _known is null)
            {
                return;
            }

            var text = new StringBuilder();
            foreach (var (key, digest) in _known)
            {
                text.Append(digest).Append(' ').Append(key).Append('\n');
            }

            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(cache)!);
                using var file = AtomicFile.Stage(cache, Encoding.UTF8.GetBytes(text.ToString()));
                file.Place();
                _isChanged = false;
            }
            catch (Exception exception) when (exception is FirnException or IOException or UnauthorizedAccessException)
            {
                // Read again next time.
            }
        }
    }

    /// <summary>What to say of an input that cannot be read.</summary>
    public static FirnException Unreadable(string name, string reason) => new(
        $"cannot read the input {name}: {reason}", "make it readable, or take it out of `inputs`");

    private static FirnException Changed(string name) => new($"{name} changed while it was read", "run again when its writer is done");

    /// <summary>A file that is mapped may change without a trace: one that somebody may write to is read twice.</summary>
    private static Sha256Digest Read(string path, string name, CancellationToken cancellation, out bool isWritten)
    {
        using var handle = BoundedFile.Open(path, out var status)
            ?? throw Unreadable(name, new FileContent(status, [], 0).Reason);
        var descriptor = (int)handle.DangerousGetHandle();
        ConsistentRead.Begin(descriptor, name);
        isWritten = ConsistentRead.IsOpenForWriting(descriptor);
        var digest = Read(handle, name, cancellation);
        isWritten |= ConsistentRead.IsOpenForWriting(descriptor);
        return !isWritten || Read(handle, name, cancellation) == digest ? digest : throw Changed(name);
    }

    private static Sha256Digest Read(SafeFileHandle handle, string name, CancellationToken cancellation)
    {
        using var hasher = new Sha256Hasher();
        var buffer = new byte[BufferLength];
        long at = 0;
        try
        {
            while (RandomAccess.Read(handle, buffer, at) is > 0 and var read)
            {
                cancellation.ThrowIfCancellationRequested();
                hasher.Append(buffer.AsSpan(0, read));
                at += read;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(name, exception.Message.TrimEnd('.'));
        }

        return hasher.Finish();
    }

    private static string Key(string path, FileStat stat) => string.Create(
        CultureInfo.InvariantCulture,
        $"{stat.Device} {stat.Inode} {stat.Size} {stat.ModifiedSeconds}.{stat.ModifiedNanoseconds} {stat.ChangedSeconds}.{stat.ChangedNanoseconds} {Sha256Digest.Of(Encoding.UTF8.GetBytes(path)).Hex}");

    private Sha256Digest? Recall(string key)
    {
        lock (_lock)
        {
            return Known().TryGetValue(key, out var hex) && Sha256Digest.TryParse(hex, out var digest) ? digest : null;
        }
    }

    /// <summary>Where a file seems to be of the future, the second look decides that finds what the first one found.</summary>
    private void Remember(string key, Sha256Digest digest, long newest, long looked)
    {
        lock (_lock)
        {
            var known = Known();
            var isOld = newest < looked - Racy
                || (known.TryGetValue(Seen + key, out var text) && long.TryParse(text, CultureInfo.InvariantCulture, out var seen) && seen < looked - Racy);
            if (!isOld && newest <= looked)
            {
                return;
            }

            known.Remove(Seen + key);
            known[isOld ? key : Seen + key] = isOld ? digest.Hex : looked.ToString("D64", CultureInfo.InvariantCulture);
            _isChanged = true;
        }
    }

    private Dictionary<string, string> Known()
    {
        if (_known is not null)
        {
            return _known;
        }

        _known = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in new TextLines(BoundedFile.ReadText(cache!, MaxCacheBytes) ?? string.Empty))
        {
            var space = line.IndexOf(' ');
            if (space == 64)
            {
                _known[line[(space + 1)..].ToString()] = line[..space].ToString();
            }
        }

        return _known;
    }
}
