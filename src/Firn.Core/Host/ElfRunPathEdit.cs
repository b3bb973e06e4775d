using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;

namespace Firn.Host;

/// <summary>What must change in an ELF file that names a folder which was moved, or why it cannot.</summary>
internal sealed record ElfRunPathEdit
{
    /// <summary>In the order of the file, apart from each other; empty where <see cref="Obstacle"/> says why.</summary>
    public ImmutableArray<ElfPatch> Patches { get; init; } = [];

    /// <summary>Why the file cannot be edited in place, for a person; <see langword="null"/> where it can.</summary>
    public string? Obstacle { get; init; }

    /// <summary>Writes into the content of the file that was planned for.</summary>
    /// <exception cref="ArgumentException">The content is shorter than that file.</exception>
    public void Apply(Span<byte> content)
    {
        foreach (var patch in Patches)
        {
            patch.Bytes.AsSpan().CopyTo(content[checked((int)patch.Offset)..]);
        }
    }

    /// <summary>Writes into a piece of the content of the file that was planned for.</summary>
    /// <param name="piece">The piece.</param>
    /// <param name="offset">Where it stands in the file.</param>
    public void ApplyTo(Span<byte> piece, long offset)
    {
        foreach (var patch in Patches)
        {
            var start = Math.Max(patch.Offset, offset);
            var end = Math.Min(patch.Offset + patch.Bytes.Length, offset + piece.Length);
            if (start < end)
            {
                patch.Bytes.AsSpan()[(int)(start - patch.Offset)..(int)(end - patch.Offset)].CopyTo(piece[(int)(start - offset)..]);
            }
        }
    }

    /// <summary>Writes into the file that was planned for, opened for writing.</summary>
    public void Apply(SafeFileHandle file)
    {
        foreach (var patch in Patches)
        {
            RandomAccess.Write(file, patch.Bytes.AsSpan(), patch.Offset);
        }
    }
}
