using Firn.Common;
using Firn.Common.Tar;

namespace Firn.Images.Assembly;

/// <summary>
/// The tar of one layer: each path once, and before a path the folders that lead to it, with the mode and the owner that they
/// have in the image below. An engine makes folders that a layer lacks with today's time, and another mode.
/// </summary>
/// <param name="output">Where to.</param>
/// <param name="below">What the image below has at a path; <see langword="null"/> where it has nothing.</param>
internal sealed class LayerTar(OutputBuffer output, Func<string, TarEntry?> below)
{
    private readonly TarWriter _tar = new(output);
    private readonly HashSet<string> _paths = new(StringComparer.Ordinal);

    /// <summary>Whether the layer has the path already.</summary>
    public bool Has(string path) => _paths.Contains(path);

    /// <summary>Writes a folder and those that lead to it, where they are not there.</summary>
    /// <param name="path">Without a slash at either end; empty for the root, which no layer has.</param>
    public void Folder(string path)
    {
        if (path.Length == 0 || !_paths.Add(path))
        {
            return;
        }

        Folder(ParentOf(path));
        _tar.Start((below(path) ?? new TarEntry { Path = path }) with { Path = path + "/", Kind = TarEntryKind.Directory, Size = 0, LinkTarget = null });
    }

    /// <summary>Begins a file or writes a link.</summary>
    /// <exception cref="InvalidOperationException">The path is there.</exception>
    public void Start(TarEntry entry)
    {
        if (!_paths.Add(entry.Path))
        {
            throw new InvalidOperationException($"{entry.Path} is in the layer twice");
        }

        Folder(ParentOf(entry.Path));
        _tar.Start(entry);
    }

    /// <summary>Writes the next bytes of a file.</summary>
    public void Write(ReadOnlySpan<byte> content) => output.Write(content);

    /// <summary>Ends a file of that length.</summary>
    public void End(long size) => _tar.Pad(size);

    /// <summary>Ends the layer.</summary>
    public void Finish()
    {
        _tar.Finish();
        output.Flush();
    }

    private static string ParentOf(string path) => path[..Math.Max(path.LastIndexOf('/'), 0)];
}
