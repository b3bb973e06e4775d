namespace Firn.Host;

/// <summary>An ELF file on the disk, as the loader would open it.</summary>
/// <param name="Path">The path with every link followed.</param>
/// <param name="Origin">The folder that <c>$ORIGIN</c> stands for, links followed.</param>
/// <param name="Image">What the file tells.</param>
internal sealed record SharedObject(string Path, string Origin, ElfImage Image)
{
    public string FileName => Path[(Path.LastIndexOf('/') + 1)..];
}
