using Firn.Common.Tar;

namespace Firn.Conda.Packages;

/// <summary>
/// Reads a package's tar as a stream, forwards and in bounded memory. <see cref="TarReader"/> takes Firn's own form only;
/// packages are written by Python's tarfile, libarchive, GNU tar and Rust's tar. The end has to be marked, so that a tar
/// that was cut off is found.
/// </summary>
internal sealed class PackageTarReader(Stream source, PackageFailure failure, UnpackBudget budget)
{
    private const int BufferLength = 80 * 1024;
    private const int MaxHeaderLength = 1 << 20;
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferLength);
    private int _start;
    private int _end;
    private long _left;
    private int _padding;
    private string _where = "the first member";

    /// <summary>Goes to the next member; what was not read of the last one is passed over. <see langword="null"/> at the end.</summary>
    /// <exception cref="Firn.Common.FirnException">The tar is damaged or has what no package may have.</exception>
    public PackageTarMember? Next()
    {
        SkipContent();
        var pax = PackagePax.None;
        string? longName = null;
        string? longLink = null;
        while (true)
        {
            var block = Take(TarHeader.BlockSize);
            if (!block.ContainsAnyExcept((byte)0))
            {
                return pax == PackagePax.None && longName is null && longLink is null ? End() : throw Cut();
            }

            if (!PackageTarHeader.HasChecksum(block))
            {
                throw failure.Damaged($"behind {_where} comes no tar header: its checksum is wrong");
            }

            switch (PackageTarHeader.TypeOf(block))
            {
                case (byte)'x' or (byte)'X':
                    pax = ReadPax(block);
                    break;
                case (byte)'g':
                    // Comments, as git writes them; a path for all members would make one of them.
                    pax = ReadPax(block) is { Path: null, LinkPath: null, Size: null } ? pax : throw failure.Refused("a global pax header names a path");
                    break;
                case (byte)'L':
                    longName = ReadLong(block);
                    break;
                case (byte)'K':
                    longLink = ReadLong(block);
                    break;
                default:
                    return Start(block, pax, longName, longLink);
            }
        }
    }

    /// <summary>The next piece of the member's content, valid until the next call; empty at its end.</summary>
    public ReadOnlySpan<byte> ReadPiece()
    {
        if (_left == 0)
        {
            return [];
        }

        Fill();
        var count = (int)Math.Min(_left, _end - _start);
        _start += count;
        _left -= count;
        return _buffer.AsSpan(_start - count, count);
    }

    private PackageTarMember Start(ReadOnlySpan<byte> block, PackagePax pax, string? longName, string? longLink)
    {
        var raw = pax.Path ?? longName ?? PackageTarHeader.NameOf(block)
            ?? throw failure.Refused($"behind {_where} comes a name that is not UTF-8");
        var kind = KindOf(PackageTarHeader.TypeOf(block), raw);
        var path = Normalize(raw);
        var size = pax.Size ?? PackageTarHeader.SizeOf(block) ?? throw failure.Damaged($"the size of {path} is not a number");
        var link = pax.LinkPath ?? longLink ?? PackageTarHeader.LinkOf(block)
            ?? throw failure.Refused($"the link {path} holds what is not UTF-8");
        if (kind == PackageTarKind.HardLink && size > 0)
        {
            // Some programs repeat the size, some the content: nothing tells which.
            throw failure.Refused($"the hard link {path} has a size");
        }

        _where = path;
        budget.TakeMember(path);
        budget.TakeMember(link);
        if (kind == PackageTarKind.File)
        {
            budget.Require(size, path);
            StartContent(size);
        }

        return new PackageTarMember(
            path,
            kind,
            kind is PackageTarKind.File or PackageTarKind.HardLink && PackageTarHeader.IsExecutable(block),
            kind == PackageTarKind.HardLink ? Normalize(link) : kind == PackageTarKind.Link ? link : string.Empty,
            kind == PackageTarKind.File ? size : 0);
    }

    private PackageTarKind KindOf(byte type, string path) => type switch
    {
        // V7 has no folders but names that end in a slash.
        (byte)'0' or 0 or (byte)'7' => path.EndsWith('/') ? PackageTarKind.Directory : PackageTarKind.File,
        (byte)'1' => PackageTarKind.HardLink,
        (byte)'2' => PackageTarKind.Link,
        (byte)'5' => PackageTarKind.Directory,
        (byte)'3' or (byte)'4' or (byte)'6' => throw failure.Refused($"{path} is a device or a pipe"),
        _ => throw failure.Refused($"{path} is of the unknown type {type}"),
    };

    /// <summary>Without <c>./</c>, which <c>tar c .</c> writes (CEP 35 shows it so), and without slashes behind a folder.</summary>
    private static string Normalize(string path)
    {
        var start = 0;
        while (string.CompareOrdinal(path, start, "./", 0, 2) == 0)
        {
            start += 2;
            while (start < path.Length && path[start] == '/')
            {
                start++;
            }
        }

        path = path[start..].TrimEnd('/') is { Length: > 0 } trimmed ? trimmed : path.StartsWith('/') ? "/" : string.Empty;
        return path == "." ? string.Empty : path;
    }

    private PackagePax ReadPax(ReadOnlySpan<byte> block) =>
        PackagePax.Read(ReadHeader(block), out var problem) ?? throw failure.Refused($"behind {_where}: {problem}");

    private string ReadLong(ReadOnlySpan<byte> block) =>
        PackageTarHeader.Text(ReadHeader(block)) is { Length: > 0 } text
            ? text
            : throw failure.Refused($"behind {_where} comes a name that is empty or no UTF-8");

    private byte[] ReadHeader(ReadOnlySpan<byte> block)
    {
        if (PackageTarHeader.SizeOf(block) is not (> 0 and <= MaxHeaderLength and var size))
        {
            throw failure.Refused($"behind {_where} comes an extended header that is empty or too long");
        }

        StartContent(size);
        var header = new byte[(int)size];
        var length = 0;
        while (ReadPiece() is { Length: > 0 } piece)
        {
            piece.CopyTo(header.AsSpan(length));
            length += piece.Length;
        }

        SkipContent();
        return header;
    }

    private void StartContent(long size)
    {
        _left = size;
        _padding = (int)(TarHeader.Padded(size) - size);
    }

    private void SkipContent()
    {
        while (_left > 0)
        {
            ReadPiece();
        }

        if (_padding > 0)
        {
            Take(_padding);
            _padding = 0;
        }
    }

    /// <summary>Behind the first block of zeros only zeros may come, as blocking leaves them; the source is read to its end.</summary>
    private PackageTarMember? End()
    {
        do
        {
            if (_buffer.AsSpan(_start, _end - _start).ContainsAnyExcept((byte)0))
            {
                throw failure.Damaged("bytes behind the end of its tar");
            }

            _start = _end;
        }
        while (TryFill());
        return null;
    }

    private void Fill()
    {
        if (_start == _end && !TryFill())
        {
            throw Cut();
        }
    }

    private bool TryFill()
    {
        _start = 0;
        _end = source.Read(_buffer, 0, _buffer.Length);
        budget.Take(_end);
        return _end > 0;
    }

    /// <summary>The next bytes, at most a block.</summary>
    private ReadOnlySpan<byte> Take(int count)
    {
        if (_end - _start < count)
        {
            var rest = _end - _start;
            _buffer.AsSpan(_start, rest).CopyTo(_buffer);
            _start = 0;
            _end = rest;
            while (_end < count)
            {
                var read = source.Read(_buffer, _end, _buffer.Length - _end);
                budget.Take(read);
                _end += read > 0 ? read : throw Cut();
            }
        }

        _start += count;
        return _buffer.AsSpan(_start - count, count);
    }

    private Firn.Common.FirnException Cut() => failure.Damaged($"its tar ends behind {_where}, too early");
}

/// <summary>A member of a package's tar, all but its bytes.</summary>
/// <param name="Path">As the archive has it, without <c>./</c> at the start and <c>/</c> at the end; empty for the root.</param>
/// <param name="Kind">What it is.</param>
/// <param name="IsExecutable">Whether the owner may execute it.</param>
/// <param name="LinkTarget">The text of a link; of a hard link the path of an earlier member.</param>
/// <param name="Size">The length of a file.</param>
internal sealed record PackageTarMember(string Path, PackageTarKind Kind, bool IsExecutable, string LinkTarget, long Size);

/// <summary>What a member of a package's tar is; devices and pipes are refused.</summary>
internal enum PackageTarKind
{
    File,

    /// <summary>A symbolic link.</summary>
    Link,

    /// <summary>Another name of an earlier file.</summary>
    HardLink,

    Directory,
}
