namespace Firn.Host;

/// <summary>A library and who needs it, while it is gathered.</summary>
internal sealed class CollectedLibrary(SharedObject file, string name)
{
    public SharedObject File { get; } = file;

    /// <summary>The soname, else the first name that led here.</summary>
    public string Soname { get; } = file.Image.Soname ?? name;

    public HashSet<string> NeededBy { get; } = new(StringComparer.Ordinal);

    public bool Preloaded { get; set; }
}
