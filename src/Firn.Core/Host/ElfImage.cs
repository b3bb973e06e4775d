using System.Collections.Immutable;

namespace Firn.Host;

/// <summary>What an ELF file tells the loader, and its build id.</summary>
internal sealed record ElfImage
{
    /// <summary>Whether it is of class 64.</summary>
    public required bool Is64Bit { get; init; }

    public required bool IsLittleEndian { get; init; }

    /// <summary><c>e_machine</c>, see <see cref="ElfMachine"/>.</summary>
    public required ushort Machine { get; init; }

    /// <summary><c>e_type</c>: 2 an executable, 3 a shared object.</summary>
    public required ushort Type { get; init; }

    public string? Soname { get; init; }

    /// <summary><c>DT_NEEDED</c>, in the file's order.</summary>
    public ImmutableArray<string> Needed { get; init; } = [];

    /// <summary><c>DT_RPATH</c>, not expanded.</summary>
    public string? RPath { get; init; }

    /// <summary><c>DT_RUNPATH</c>, not expanded.</summary>
    public string? RunPath { get; init; }

    /// <summary><c>PT_INTERP</c>.</summary>
    public string? Interpreter { get; init; }

    /// <summary>The GNU build id, in lower-case hexadecimal digits.</summary>
    public string? BuildId { get; init; }

    /// <summary>The highest glibc version among the symbol versions that it needs.</summary>
    public GlibcVersion? RequiredGlibc { get; init; }

    /// <summary>Whether the loader would take the other one into the same process.</summary>
    public bool FitsWith(ElfImage other) =>
        Is64Bit == other.Is64Bit && IsLittleEndian == other.IsLittleEndian && Machine == other.Machine;
}
