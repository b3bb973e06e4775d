using System.Net;
using Firn.Common;
using Firn.Common.Native;
using Microsoft.Win32.SafeHandles;

namespace Firn.Fetching;

/// <summary>One file on its way from a server: what has come, and how to go on after the connection broke.</summary>
internal sealed class Transfer : IDisposable
{
    /// <summary>Below 85,000: a larger one would be a large object for each file.</summary>
    private const int BufferLength = 64 * 1024;

    /// <summary>A try that brought less got not ahead: a server that sends byte by byte must not be asked for ever.</summary>
    private const long LeastProgress = 1 << 20;

    private readonly HttpSender _sender;
    private readonly FetchOptions _options;
    private readonly FetchProgress _progress;
    private readonly FileExpectation _expected;
    private readonly TemporaryFile _file;
    private readonly FileHasher _hasher;
    private readonly byte[] _buffer = new byte[BufferLength];
    private string? _validator;
    private long? _total;
    private long _counted;
    private long _announced;
    private bool _isSecondTry;

    /// <exception cref="FirnException">No temporary file can be made.</exception>
    public Transfer(
        HttpSender sender, FetchOptions options, FetchProgress progress, FileExpectation expected, string folder)
    {
        _sender = sender;
        _options = options;
        _progress = progress;
        _expected = expected;
        _hasher = new FileHasher(expected);
        _file = new TemporaryFile(folder, expected.Name);
        Announce(expected.Size);
    }

    /// <summary>Fetches the file, with as many tries as the options allow.</summary>
    /// <exception cref="FirnException">It cannot be had, or is another file.</exception>
    public DownloadedFile Run(FetchLocation location, CancellationToken cancellationToken)
    {
        var budget = new RetryPolicy(_options, _expected.Name);
        while (true)
        {
            var before = _hasher.Size;
            try
            {
                Try(location, cancellationToken);
                var digests = _hasher.Finish();
                if (_expected.Matches(digests))
                {
                    _counted = _announced = 0;
                    _progress.Finish();
                    return new DownloadedFile(_file.Keep(), digests, isTemporary: true);
                }

                if (_isSecondTry)
                {
                    throw _expected.Mismatch(digests);
                }

                // Damage on the way may pass; a cache on the way is told to ask the server.
                _isSecondTry = true;
                Restart();
            }
            catch (TransientFailure failure)
            {
                var gotAhead = _validator is not null && _hasher.Size - before >= LeastProgress;
                budget.Wait(failure, gotAhead, cancellationToken);
            }
        }
    }

    public void Dispose()
    {
        _progress.Receive(-_counted);
        _progress.Expect(-_announced);
        _hasher.Dispose();
        _file.Dispose();
    }

    private void Try(FetchLocation location, CancellationToken cancellationToken)
    {
        if (_validator is null)
        {
            Restart();
        }

        using var guard = new StallTimeout(_options, cancellationToken);
        var query = new HttpQuery
        {
            Name = _expected.Name,
            Offset = _hasher.Size,
            Validator = _validator,
            IsFresh = _isSecondTry,
        };
        using var reply = _sender.Send(location, query, guard);
        if (query.Offset > 0 && reply.Status == HttpStatusCode.PartialContent)
        {
            CheckContinuation(reply, query.Offset);
        }
        else if (query.Offset > 0 && reply.Status == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            Restart();
            throw new TransientFailure($"{reply.Address.Authority} has no more of the file");
        }
        else if (reply.Status == HttpStatusCode.OK)
        {
            Begin(reply);
        }
        else
        {
            throw HttpFailures.OfStatus(reply, _expected.Name, _sender.Credentials);
        }

        Receive(reply, guard);
    }

    /// <summary>The answer is the whole file: also where a part was asked for and the file changed, or the server knows no parts.</summary>
    private void Begin(HttpAnswer reply)
    {
        Restart();
        _validator = reply.Validator();
        if (reply.ContentLength is { } length)
        {
            _expected.CheckAnnounced(length);
            Announce(length);
        }
    }

    private void CheckContinuation(HttpAnswer reply, long offset)
    {
        var range = reply.ContentRange;
        var isContinued = range is { HasRange: true, Unit: "bytes" } && range.From == offset
            && (range.Length is null || _total is null || range.Length == _total)
            && (reply.Header("ETag") is not { } tag || _validator![0] != '"' || tag == _validator);
        if (!isContinued)
        {
            Restart();
            throw new TransientFailure($"{reply.Address.Authority} sent another part than was asked for");
        }

        if (_total is null && range!.Length is { } length)
        {
            _expected.CheckAnnounced(length);
            Announce(length);
        }
    }

    private void Receive(HttpAnswer reply, StallTimeout guard)
    {
        while (true)
        {
            var read = reply.Read(_buffer, guard);
            if (read == 0)
            {
                break;
            }

            _expected.CheckReceived(_hasher.Size + read);
            _file.Append(_buffer.AsSpan(0, read));
            _hasher.Append(_buffer.AsSpan(0, read));
            _counted += read;
            _progress.Receive(read);
        }

        if ((_expected.Size ?? _total) is { } size && _hasher.Size < size)
        {
            throw new TransientFailure(
                $"{reply.Address.Authority} broke off after {_hasher.Size} of {size} bytes");
        }
    }

    private void Restart()
    {
        _validator = null;
        _total = null;
        if (_counted > 0)
        {
            _progress.Receive(-_counted);
            _counted = 0;
            _file.Clear();
            _hasher.Finish();
        }
    }

    private void Announce(long? total)
    {
        _total = total;
        if (total is { } size)
        {
            _progress.Expect(size - _announced);
            _announced = size;
        }
    }
}

/// <summary>A new file that a transfer fills; it is gone unless it was kept.</summary>
internal sealed class TemporaryFile : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly string _name;
    private long _length;
    private bool _isKept;

    /// <param name="folder">Where it is made; the folder exists.</param>
    /// <param name="name">How messages call what is written.</param>
    /// <exception cref="FirnException">The folder takes no file.</exception>
    public TemporaryFile(string folder, string name)
    {
        _name = name;
        Path = System.IO.Path.Join(folder, $"fetch-{Environment.ProcessId}-{Guid.NewGuid():N}.tmp");
        try
        {
            _handle = File.OpenHandle(Path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Failure(exception);
        }
    }

    public string Path { get; }

    /// <exception cref="FirnException">The disk is full, or the folder went away.</exception>
    public void Append(ReadOnlySpan<byte> content)
    {
        try
        {
            RandomAccess.Write(_handle, content, _length);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Failure(exception);
        }

        _length += content.Length;
    }

    /// <summary>Empties the file for a transfer that begins anew.</summary>
    public void Clear()
    {
        try
        {
            RandomAccess.SetLength(_handle, 0);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Failure(exception);
        }

        _length = 0;
    }

    /// <summary>Leaves the file to the caller.</summary>
    public string Keep()
    {
        _isKept = true;
        return Path;
    }

    public void Dispose()
    {
        _handle.Dispose();
        if (!_isKept)
        {
            Remove(Path);
        }
    }

    /// <summary>Removes a file that may be gone already.</summary>
    public static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It lies in a temporary folder, which its owner removes.
        }
    }

    private FirnException Failure(Exception exception) => new(
        $"cannot write {_name} to {System.IO.Path.GetDirectoryName(Path)}: {Reason(exception)}",
        "make room there, and check that the folder is yours to write to",
        innerException: exception);

    private static string Reason(Exception exception) => exception switch
    {
        UnauthorizedAccessException => "permission denied",
        DirectoryNotFoundException => "the folder does not exist",
        _ when Errno.Of(exception) == Errno.NoSpace => "no space left on the device",
        _ when Errno.Of(exception) == Errno.QuotaExceeded => "the disk quota is used up",
        _ => exception.Message,
    };
}
