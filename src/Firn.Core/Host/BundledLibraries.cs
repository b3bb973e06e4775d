namespace Firn.Host;

/// <summary>The libraries that an environment ships, by file name and soname.</summary>
internal sealed class BundledLibraries
{
    private readonly Dictionary<string, SharedObject> _byName = new(StringComparer.Ordinal);

    /// <summary>Adds a library; of several with one name the first by path is taken, whatever the order of adding.</summary>
    public void Add(SharedObject file)
    {
        Add(file.FileName, file);
        if (file.Image.Soname is { } soname && soname != file.FileName)
        {
            Add(soname, file);
        }
    }

    public SharedObject? Find(string name, SharedObject from) =>
        _byName.TryGetValue(name, out var found) && found.Image.FitsWith(from.Image) ? found : null;

    private void Add(string name, SharedObject file)
    {
        if (!_byName.TryGetValue(name, out var known) || string.CompareOrdinal(file.Path, known.Path) < 0)
        {
            _byName[name] = file;
        }
    }
}
