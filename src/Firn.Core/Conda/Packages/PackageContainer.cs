using System.IO.Compression;
using Firn.Common;
using Firn.Common.Compression;
using ICSharpCode.SharpZipLib.Checksum;

namespace Firn.Conda.Packages;

/// <summary>The two file formats of packages (CEP 35), down to the tars in them.</summary>
internal static class PackageContainer
{
    private const int FormatVersion = 2;
    private const int MaxMembers = 1000;
    private const int MaxMetadataLength = 64 * 1024;
    private const string Metadata = "metadata.json";
    private const string Extension = ".tar.zst";

    /// <summary>Reads all members into the contents.</summary>
    /// <param name="file">The archive, seekable.</param>
    /// <param name="isZip">Whether it is a <c>.conda</c>; else a <c>.tar.bz2</c>.</param>
    /// <param name="contents">Takes the members.</param>
    /// <param name="failure">The archive's failures.</param>
    /// <param name="budget">How much it may unpack to.</param>
    public static void Read(
        Stream file, bool isZip, PackageContents contents, PackageFailure failure, UnpackBudget budget)
    {
        if (isZip)
        {
            ReadZip(file, contents, failure, budget);
        }
        else
        {
            using var buffered = new BufferedStream(file, 80 * 1024);
            using var tar = new Bzip2ReadStream(buffered);
            contents.Add(new PackageTarReader(tar, failure, budget));
        }

        contents.CheckParents();
    }

    private static void ReadZip(Stream file, PackageContents contents, PackageFailure failure, UnpackBudget budget)
    {
        using var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
        if (zip.Entries.Count > MaxMembers)
        {
            throw failure.Refused($"a zip of {zip.Entries.Count} members, where three belong");
        }

        CheckVersion(One(zip, name => name == Metadata, Metadata, failure), failure);
        // The package comes first, as conda-package-streaming unpacks it: hard links lead to what was unpacked before.
        foreach (var part in (ReadOnlySpan<string>)["pkg-", "info-"])
        {
            var member = One(
                zip,
                name => name.StartsWith(part, StringComparison.Ordinal) && name.EndsWith(Extension, StringComparison.Ordinal),
                $"{part}*{Extension}",
                failure);
            using var source = Open(member, failure);
            using var tar = ZstandardFormat.DecompressForeign(source);
            contents.Add(new PackageTarReader(tar, failure, budget));
        }
    }

    /// <summary>A member that is there once. What else the zip holds (signatures, some day) is not part of the package.</summary>
    private static ZipArchiveEntry One(ZipArchive zip, Predicate<string> isWanted, string wanted, PackageFailure failure)
    {
        ZipArchiveEntry? found = null;
        foreach (var member in zip.Entries)
        {
            if (isWanted(member.FullName))
            {
                found = found is null ? member : throw failure.Refused($"its zip has several members {wanted}");
            }
        }

        return found ?? throw failure.Damaged($"its zip has no member {wanted}");
    }

    private static ChecksummedStream Open(ZipArchiveEntry member, PackageFailure failure) =>
        member.Length == member.CompressedLength
            ? new ChecksummedStream(member.Open(), member.Crc32)
            : throw failure.Refused($"{member.FullName} is compressed in the zip, which the format forbids");

    private static void CheckVersion(ZipArchiveEntry member, PackageFailure failure)
    {
        if (member.Length > MaxMetadataLength)
        {
            throw failure.Refused($"{Metadata} has {member.Length} bytes");
        }

        using var source = new ChecksummedStream(member.Open(), member.Crc32);
        var json = new byte[MaxMetadataLength];
        var length = source.ReadAtLeast(json, json.Length, throwOnEndOfStream: false);
        var document = PackageJson.Parse(json.AsSpan(0, length), Metadata, failure);
        if (PackageJson.Number(document, "conda_pkg_format_version") is not { } version)
        {
            throw failure.Damaged($"{Metadata} does not tell the version of the format");
        }

        if (version != FormatVersion)
        {
            throw failure.Refused($"its format has version {version}, and Firn knows {FormatVersion}");
        }
    }
}

/// <summary>
/// A member of a zip archive that is held against its CRC-32, which the runtime's reader does not look at. Packages whose
/// digest nobody told have no other protection for what is in <c>info</c>.
/// </summary>
/// <param name="source">The member's bytes.</param>
/// <param name="expected">Its checksum in the zip's directory.</param>
internal sealed class ChecksummedStream(Stream source, uint expected) : ForwardReadStream
{
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(80 * 1024);
    private readonly Crc32 _checksum = new();

    /// <exception cref="InvalidDataException">At the end: these are other bytes.</exception>
    public override int Read(Span<byte> buffer)
    {
        var count = source.Read(_buffer, 0, Math.Min(_buffer.Length, buffer.Length));
        if (count == 0 && buffer.Length > 0 && _checksum.Value != expected)
        {
            throw new InvalidDataException("the checksum of a member of the zip is wrong");
        }

        _checksum.Update(new ArraySegment<byte>(_buffer, 0, count));
        _buffer.AsSpan(0, count).CopyTo(buffer);
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    protected override void Dispose(bool disposing)
    {
        source.Dispose();
        base.Dispose(disposing);
    }
}
