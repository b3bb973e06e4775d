using System.Runtime.InteropServices;
using System.Text;
using Firn.Common;
using Firn.Creation.Solvers;

namespace Firn.Images.Engines;

/// <summary>A processor that images are built for, as engines name it: <c>linux/arm64</c>.</summary>
/// <param name="Name">Of the processor and its variant, as it stands in tags: <c>arm64</c>, <c>armv7</c>.</param>
/// <param name="Platform">As engines take it.</param>
internal sealed record ImageProcessor(string Name, string Platform)
{
    /// <summary>exit(0) as a whole program of each processor: an ELF header, one segment, and the instructions.</summary>
    private static readonly (string Name, ushort Machine, string Code)[] Programs =
    [
        // mov x0, #0; mov x8, #93; svc #0
        ("arm64", 183, "000080d2a80b80d2010000d4"),
        // xor edi, edi; mov eax, 60; syscall
        ("amd64", 62, "31ffb83c0000000f05"),
    ];

    /// <summary>The one of this machine.</summary>
    public static string OfThisMachine => Normal(RuntimeInformation.OSArchitecture.ToString());

    /// <summary>The processor without its variant, as images say it.</summary>
    public string Architecture => Platform.Split('/')[1];

    /// <summary>The processor that an installation's variant begins with, <c>arm64-cuda</c>; <see langword="null"/> where it names none.</summary>
    public static string? NamedIn(string variant) =>
        variant.Split('-')[0] is ("amd64" or "arm64" or "386" or "arm" or "ppc64le" or "riscv64" or "s390x") and var name ? name : null;

    /// <summary>The one that an engine builds for unless told, which may be another machine's.</summary>
    public static string Of(ContainerEngine engine, SystemContext systemContext, CancellationToken cancellation) =>
        MachineOf(engine, systemContext, cancellation).Processor;

    /// <summary>Reads <c>arm64</c>, <c>linux/arm64</c>, <c>linux/arm/v7</c>.</summary>
    /// <exception cref="FirnException">It is none.</exception>
    public static ImageProcessor Parse(string text)
    {
        var parts = text.Split('/');
        parts = parts.Length == 1 ? ["linux", .. parts] : parts;
        if (parts.Length > 3 || parts[0] != "linux" || parts.Any(static part => part.Length == 0 || !part.All(static character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character))))
        {
            throw new FirnException($"'{text}' is no processor that images are built for", "name for example linux/amd64 or linux/arm64", FailureKind.InvalidRequest);
        }

        parts[1] = Normal(parts[1]);
        return new ImageProcessor(string.Concat(parts.Skip(1)), string.Join('/', parts));
    }

    /// <summary>Refuses what could not run one step here: neither is it this machine's own, nor does the kernel have an emulator.</summary>
    /// <exception cref="FirnException">It cannot be executed.</exception>
    public void Require(ContainerEngine engine, SystemContext systemContext, CancellationToken cancellation)
    {
        var (processor, isHere) = MachineOf(engine, systemContext, cancellation);
        if (Name == processor || (processor, Name) is ("amd64", "386") || !isHere || !OperatingSystem.IsLinux() || CanRun(cancellation) != false)
        {
            return;
        }

        throw new FirnException(
            $"this machine is {processor} and cannot execute programs for {Platform}, which the steps of the build are",
            $"build on such a machine, or set up its emulation once: Debian and Ubuntu have it as qemu-user-static, `docker run --privileged --rm tonistiigi/binfmt --install {Name}` installs it anywhere");
    }

    /// <summary>Where the engine builds: a daemon may be on another machine, which its kernel tells.</summary>
    private static (string Processor, bool IsHere) MachineOf(ContainerEngine engine, SystemContext systemContext, CancellationToken cancellation)
    {
        if (engine.Kind == EngineKind.Buildah)
        {
            return (OfThisMachine, true);
        }

        var asked = engine.Ask(cancellation, "info", "--format", engine.Kind == EngineKind.Docker ? "{{.Architecture}} {{.KernelVersion}}" : "{{.Host.Arch}} {{.Host.Kernel}}");
        var kernel = Common.Files.BoundedFile.ReadText(systemContext.SystemPath("/proc/sys/kernel/osrelease"), 4096)?.Trim();
        return asked.ExitCode == 0 && Encoding.UTF8.GetString(asked.Output).Trim().Split(' ') is [var processor, var other]
            ? (Normal(processor), other == kernel)
            : (OfThisMachine, false);
    }

    /// <summary>Starts the smallest program of that processor; <see langword="null"/> where none is known.</summary>
    internal bool? CanRun(CancellationToken cancellation)
    {
        if (Array.Find(Programs, program => program.Name == Name) is not { Code: not null } program)
        {
            return null;
        }

        var folder = Directory.CreateTempSubdirectory("firn-processor-");
        try
        {
            var path = Path.Join(folder.FullName, "program");
            File.WriteAllBytes(path, Elf(program.Machine, Convert.FromHexString(program.Code)));
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            return ProgramRun.Run(path, [], folder.FullName, new Dictionary<string, string?>(), cancellation).ExitCode == 0;
        }
        catch (FirnException failure) when (failure.InnerException is System.ComponentModel.Win32Exception refused)
        {
            // ENOEXEC; a temporary folder whose programs may not be run says something else, and nothing about processors.
            return refused.NativeErrorCode == 8 ? false : null;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>An ELF file (System V ABI, 64 bits, little end first) of one segment that is loaded whole.</summary>
    private static byte[] Elf(ushort machine, byte[] code)
    {
        const ulong Address = 0x400000;
        const ushort HeaderSize = 64;
        const ushort SegmentSize = 56;
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write([0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        writer.Write((ushort)2);
        writer.Write(machine);
        writer.Write(1u);
        writer.Write(Address + HeaderSize + SegmentSize);
        writer.Write((ulong)HeaderSize);
        writer.Write(0ul);
        writer.Write(0u);
        foreach (var value in new ushort[] { HeaderSize, SegmentSize, 1, 0, 0, 0 })
        {
            writer.Write(value);
        }

        // One segment, read and executed.
        var size = (ulong)(HeaderSize + SegmentSize + code.Length);
        writer.Write(1u);
        writer.Write(5u);
        foreach (var value in new[] { 0ul, Address, Address, size, size, 0x1000ul })
        {
            writer.Write(value);
        }

        writer.Write(code);
        return stream.ToArray();
    }

    internal static string Normal(string name) => name.ToLowerInvariant() switch
    {
        "x64" or "x86_64" => "amd64",
        "aarch64" => "arm64",
        "x86" or "i386" or "i686" => "386",
        var other => other,
    };
}
