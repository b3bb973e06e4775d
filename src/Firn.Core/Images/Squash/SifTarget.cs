using System.Buffers.Binary;
using System.Text;
using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Json;
using Firn.Creation.Solvers;
using Firn.Images.Assembly;
using Firn.Images.Documents;
using Firn.Images.Layouts;
using Firn.Images.Registries;
using Firn.Images.Transfers;
using Firn.Python.Interpreters;
using Firn.Restore.Unpacking;

namespace Firn.Images.Squash;

/// <summary>
/// An image as one file of Apptainer's (github.com/apptainer/sif, "SIF specification"): a squashfs behind a header. The program
/// <c>mksquashfs</c> of squashfs-tools 4.5 or newer makes it; the same image gives the same file where that is the same.
/// </summary>
internal sealed class SifTarget : ImageTarget
{
    private const string Program = "mksquashfs";
    private const string Mark = ".firn-";
    private readonly string _path;
    private readonly string _program;
    private readonly LockedTemporaryFolder _folder;
    private ImageManifest? _manifest;

    /// <param name="path">The file, which is not there yet.</param>
    /// <param name="systemContext">Where programs are.</param>
    /// <exception cref="FirnException">It is there, its folder takes no file, or the program is missing.</exception>
    public SifTarget(string path, SystemContext systemContext)
    {
        _path = path;
        if (System.IO.Path.Exists(path))
        {
            throw new FirnException($"{path} is there already", "name another file, or remove it", FailureKind.InvalidRequest);
        }

        _program = ExecutableFile.OnPath(Program, systemContext)
            ?? throw new FirnException($"there is no {Program} on PATH, which SIF files are made with", "install squashfs-tools", FailureKind.InvalidRequest);
        try
        {
            LockedTemporaryFolder.SweepBeside(path, Mark);
            _folder = LockedTemporaryFolder.Make($"{path}{Mark}{Guid.NewGuid():N}.tmp");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FirnException($"cannot write {path}: {exception.Message.TrimEnd('.')}", "check that its folder exists and is yours to write to", innerException: exception);
        }
    }

    public override void Begin(CopyPlan plan) => _manifest = ImageManifest.Read(plan.Root.Content);

    public override BlobFate Take(Descriptor blob, ImageSource source, Action<long> progress, CancellationToken cancellation)
    {
        using var file = new FileStream(PathOf(blob), FileMode.Create, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
        using var stage = new BlobStage(blob, file.SafeFileHandle, 0, file.Name);
        source.Fetch(stage, progress, cancellation);
        return BlobFate.Sent;
    }

    public override void Put(FoundManifest manifest, CancellationToken cancellation)
    {
        // What counts of it is in the file system.
    }

    public override void Name(FoundManifest root, CancellationToken cancellation)
    {
        var (tar, squash) = (System.IO.Path.Join(_folder.Path, "flat.tar"), System.IO.Path.Join(_folder.Path, "squash"));
        var configuration = JsonTree.Parse(BoundedFile.Read(PathOf(_manifest!.Configuration), RegistryClient.MaxManifest).Bytes);
        try
        {
            using (var output = new FileStream(tar, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1))
            {
                var layers = _manifest.Layers.Select<Descriptor, Func<Stream>>(blob => () => BaseImage.Unpacked(blob, ImageLayout.OpenFile(PathOf(blob)))).ToList();
                new FlatImage(layers, configuration).Write(output, cancellation);
            }
        }
        catch (Exception exception) when (exception is FormatException or InvalidDataException)
        {
            throw new FirnException($"a layer cannot be read: {exception.Message.TrimEnd('.')}", "name an image that is whole", FailureKind.Different, exception);
        }

        // The shell puts the tar on its standard input.
        var ran = ProgramRun.Run(
            "/bin/sh",
            ["-c", $"exec \"$0\" - \"$1\" -tar -noappend -quiet -no-progress -no-xattrs -mkfs-time {FileTimes.Usual} <\"$2\"", _program, squash, tar],
            _folder.Path,
            new Dictionary<string, string?> { ["SOURCE_DATE_EPOCH"] = null },
            cancellation);
        if (ran.ExitCode != 0)
        {
            throw new FirnException($"{_program} failed: {ran.Reason}", "it must be of squashfs-tools 4.5 or newer, and there must be room beside the file");
        }

        File.Delete(tar);
        var file = System.IO.Path.Join(_folder.Path, "sif");
        SifFile.Write(squash, file, configuration.TextOf("architecture") ?? string.Empty);
        if (!CreateIfAbsent.TryTake(file, _path))
        {
            throw new FirnException($"{_path} is there already", "name another file, or remove it", FailureKind.InvalidRequest);
        }
    }

    public override void Dispose() => _folder.Dispose();

    private string PathOf(Descriptor blob) => System.IO.Path.Join(_folder.Path, blob.Digest.Hex);
}

/// <summary>The header and the one descriptor of a SIF file, version 01 (sif, pkg/sif/sif.go).</summary>
internal static class SifFile
{
    private const int DescriptorCount = 48;
    private const int DescriptorLength = 585;
    private const int DescriptorsAt = 4096;
    private const int Alignment = 4096;
    private const int HeaderLength = 128;

    /// <summary>Puts a header before a squashfs.</summary>
    /// <exception cref="FirnException">There is no name for the processor in SIF.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string squash, string target, string architecture)
    {
        const int data = DescriptorsAt + (DescriptorCount * DescriptorLength);
        const int start = (data + Alignment - 1) / Alignment * Alignment;
        using var source = ImageLayout.OpenFile(squash);
        using var output = new FileStream(target, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1);
        var head = new byte[start];
        var length = source.Length;
        Text(head, 0, "#!/usr/bin/env run-singularity\n");
        Text(head, 32, "SIF_MAGIC");
        Text(head, 42, "01");
        Text(head, 45, Code(architecture));
        Identity(squash).CopyTo(head, 48);
        Numbers(head, 64, FileTimes.Usual, FileTimes.Usual, DescriptorCount - 1, DescriptorCount, DescriptorsAt, DescriptorCount * DescriptorLength, data, length + start - data);
        var descriptor = head.AsSpan(DescriptorsAt, DescriptorLength);
        BinaryPrimitives.WriteInt32LittleEndian(descriptor, 0x4004);
        descriptor[4] = 1;
        BinaryPrimitives.WriteUInt32LittleEndian(descriptor[5..], 1);
        BinaryPrimitives.WriteUInt32LittleEndian(descriptor[9..], 0xf0000001);
        Numbers(head, DescriptorsAt + 17, start, length, length + start - data, FileTimes.Usual, FileTimes.Usual, 0, 0);
        const int extra = 17 + (7 * 8) + HeaderLength;
        BinaryPrimitives.WriteInt32LittleEndian(descriptor[extra..], 1);
        BinaryPrimitives.WriteInt32LittleEndian(descriptor[(extra + 4)..], 2);
        Text(head, DescriptorsAt + extra + 8, Code(architecture));
        output.Write(head);
        source.CopyTo(output, 1 << 20);
        output.Flush(flushToDisk: true);
    }

    private static string Code(string architecture) => architecture switch
    {
        "386" => "01",
        "amd64" => "02",
        "arm" => "03",
        "arm64" => "04",
        "ppc64" => "05",
        "ppc64le" => "06",
        "s390x" => "11",
        "riscv64" => "12",
        _ => throw new FirnException($"SIF has no name for the processor '{architecture}'", "write an OCI image layout: oci:DIR:TAG", FailureKind.InvalidRequest),
    };

    /// <summary>A random UUID in form (RFC 9562, 5.4), and the squashfs' digest in fact.</summary>
    private static byte[] Identity(string squash)
    {
        using var file = File.OpenHandle(squash);
        var bytes = Hex.Parse(Sha256Digest.OfFile(file).Hex.AsSpan(0, 32))!;
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return bytes;
    }

    private static void Text(byte[] head, int at, string text) => Encoding.ASCII.GetBytes(text, head.AsSpan(at));

    private static void Numbers(byte[] head, int at, params ReadOnlySpan<long> numbers)
    {
        foreach (var number in numbers)
        {
            BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(at), number);
            at += 8;
        }
    }
}
