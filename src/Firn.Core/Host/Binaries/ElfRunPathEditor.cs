using System.Collections.Immutable;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Firn.Host.Binaries;

/// <summary>
/// Makes an ELF file follow its prefix: <c>DT_RPATH</c> and <c>DT_RUNPATH</c> entries in a moved folder become
/// <c>$ORIGIN/...</c>, written over the old text, so that nothing else in the file moves. A text that other names share
/// is changed only as far as they allow. Used for one file after the other.
/// </summary>
/// <remarks>A copied Python whose run path still names its first place silently runs the libpython there.</remarks>
internal sealed class ElfRunPathEditor
{
    private readonly FileWindow _window = new();

    /// <summary>What to change; <see langword="null"/> where nothing is, or the file is not an ELF file that can be read.</summary>
    /// <param name="file">The file's content, in a stream that can seek.</param>
    /// <param name="fileInPrefix">The file's path relative to the new prefix, with <c>/</c>.</param>
    /// <param name="moves">Folders that were moved.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public ElfRunPathEdit? Plan(Stream file, string fileInPrefix, IReadOnlyList<RunPathMove> moves)
    {
        _window.Show(file);
        return Plan(fileInPrefix, moves);
    }

    /// <inheritdoc cref="Plan(Stream, string, IReadOnlyList{RunPathMove})"/>
    public ElfRunPathEdit? Plan(SafeFileHandle file, string fileInPrefix, IReadOnlyList<RunPathMove> moves)
    {
        _window.Show(file);
        return Plan(fileInPrefix, moves);
    }

    private ElfRunPathEdit? Plan(string fileInPrefix, IReadOnlyList<RunPathMove> moves)
    {
        var tables = new ElfTables();
        if (ElfTableReader.Read(_window, tables).Image is not { } image
            || (tables.RPath is null && tables.RunPath is null)
            || tables.FileOffset(tables.StringTable) is not { } strings)
        {
            return null;
        }

        var relocator = new RunPathRelocator(moves, fileInPrefix);
        var patches = ImmutableArray.CreateBuilder<ElfPatch>();
        string? obstacle = null;
        Plan(tables.RPath);
        if (tables.RunPath != tables.RPath)
        {
            Plan(tables.RunPath);
        }

        if (obstacle is not null)
        {
            return new ElfRunPathEdit { Obstacle = obstacle };
        }

        patches.Sort(static (a, b) => a.Offset.CompareTo(b.Offset));
        return patches.Count == 0 ? null : new ElfRunPathEdit { Patches = patches.DrainToImmutable() };

        void Plan(ulong? name)
        {
            if (obstacle is null && name is { } at && at < tables.StringTableSize
                && PlanText(tables, image, strings, at, relocator, out obstacle) is { } patch)
            {
                patches.Add(patch);
            }
        }
    }

    private ElfPatch? PlanText(
        ElfTables tables, ElfImage image, ulong strings, ulong at, RunPathRelocator relocator, out string? obstacle)
    {
        obstacle = null;
        var offset = unchecked(strings + at);
        var bytes = _window.At(offset, FileWindow.Size);
        var length = bytes.IndexOf((byte)0);
        if (length < 0 || (ulong)length >= tables.StringTableSize - at || offset > long.MaxValue - FileWindow.Size)
        {
            obstacle = "its run path has no end";
            return null;
        }

        var old = Encoding.Latin1.GetString(bytes[..length]);
        if (relocator.Rewrite(old) is not { } text)
        {
            return null;
        }

        if (ElfStringUses.Find(_window, tables, image, StartOf(strings, at), at, at + (ulong)length) is not { } uses)
        {
            obstacle = "its tables do not tell whether other names share the bytes of its run path";
            return null;
        }

        if (uses.IsPartOfAnother)
        {
            obstacle = "another name shares the bytes of its run path";
            return null;
        }

        return Patch((long)offset, old, text, (int?)(uses.FirstInside - at), out obstacle);
    }

    private static ElfPatch? Patch(long offset, string old, string text, int? tail, out string? obstacle)
    {
        obstacle = null;
        // The NUL at the end of the old text stays; before a name that lies in its end, one more is needed.
        var room = tail - 1 ?? old.Length;
        if (text.Length > room)
        {
            text = RunPathRelocator.WithoutRepetition(text);
        }

        if (text.Length > room)
        {
            obstacle = $"its run path has room for {room} bytes and {AsText(text)} needs {text.Length}";
            return null;
        }

        var bytes = new byte[tail ?? old.Length];
        Encoding.Latin1.GetBytes(text, bytes);
        return new ElfPatch(offset, ImmutableArray.Create(bytes), AsText(text));
    }

    /// <summary>Where the text begins that ends with this string: after the NUL before it.</summary>
    private ulong StartOf(ulong strings, ulong at)
    {
        var room = (int)Math.Min(at, FileWindow.Size);
        var before = _window.At(unchecked(strings + at - (ulong)room), room);
        var nul = before.LastIndexOf((byte)0);
        return at - (ulong)room + (ulong)(nul + 1);
    }

    private static string AsText(string bytes) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(bytes));
}

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

/// <summary>Bytes that take the place of as many others in a file.</summary>
/// <param name="Offset">Where they stand in the file.</param>
/// <param name="Bytes">The new text and the NULs that fill the rest of the old one.</param>
/// <param name="NewText">The run path after.</param>
internal sealed record ElfPatch(long Offset, ImmutableArray<byte> Bytes, string NewText);
