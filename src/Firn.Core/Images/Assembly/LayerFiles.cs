using Firn.Common.Tar;
using Firn.Restore.Unpacking;
using Firn.Restore.Writing;

namespace Firn.Images.Assembly;

/// <summary>
/// Takes the files of a restored prefix into a layer. A tar says the time of a file before its bytes, so those whose time is
/// known later are held: Python sources, whose bytes tell it, or bytecode that their package ships. Those that are changed
/// once more go through a file.
/// </summary>
/// <param name="tar">The layer.</param>
/// <param name="root">The prefix in the image, without a slash at either end.</param>
/// <param name="holdsSources">Whether sources wait for <see cref="WriteSources"/>.</param>
/// <param name="scratch">Writes files that are changed once more.</param>
/// <param name="owns">Whether a path is this package's, and no other's.</param>
/// <param name="relocate">Changes a file; <see langword="null"/> where one stays as it is.</param>
internal sealed class LayerFiles(
    LayerTar tar, string root, bool holdsSources, TreeWriter scratch, Func<string, bool> owns, Func<string, Action<string>?> relocate) : PrefixWriter
{
    private const string ScratchName = "file";
    private readonly Dictionary<string, HeldSource> _held = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];
    private string _path = string.Empty;
    private long _size;
    private bool _isExecutable;
    private MemoryStream? _source;
    private Action<string>? _change;

    /// <inheritdoc/>
    public override TreeWriter Scratch => scratch;

    /// <inheritdoc/>
    public override bool TryBegin(string path, bool isExecutable, long size)
    {
        if (!owns(path) || _held.ContainsKey(path) || tar.Has(Placed(path)))
        {
            return false;
        }

        (_path, _isExecutable, _size) = (path, isExecutable, size);
        _change = relocate(path);
        if (_change is not null)
        {
            scratch.TryBegin(ScratchName, isExecutable);
        }
        else if (FileTimes.IsSource(path))
        {
            _source = new MemoryStream((int)size);
        }
        else
        {
            tar.Start(Entry(path, isExecutable, size, FileTimes.Usual));
        }

        return true;
    }

    /// <inheritdoc/>
    public override void Append(ReadOnlySpan<byte> content)
    {
        if (_change is not null)
        {
            scratch.Append(content);
        }
        else if (_source is not null)
        {
            _source.Write(content);
        }
        else
        {
            tar.Write(content);
        }
    }

    /// <inheritdoc/>
    public override void End(long modified)
    {
        if (_change is not null)
        {
            scratch.End(modified);
            PutChanged(_change);
        }
        else if (_source is not null)
        {
            _held.Add(_path, new HeldSource(_source.ToArray(), _isExecutable, modified));
            _order.Add(_path);
            _source = null;
            if (!holdsSources)
            {
                WriteSources();
            }
        }
        else
        {
            tar.End(_size);
        }
    }

    /// <inheritdoc/>
    public override void SetTime(string path, long modified)
    {
        if (_held.TryGetValue(path, out var source))
        {
            _held[path] = source with { Modified = modified };
        }
    }

    /// <inheritdoc/>
    public override void MakeFolder(string path)
    {
        if (owns(path))
        {
            tar.Folder(Placed(path));
        }
    }

    /// <inheritdoc/>
    public override void Remove(string path) => throw new InvalidOperationException($"{path} is in the layer for good");

    /// <summary>Writes the sources that were held.</summary>
    public void WriteSources()
    {
        foreach (var path in _order)
        {
            var source = _held[path];
            tar.Start(Entry(path, source.IsExecutable, source.Content.Length, source.Modified));
            tar.Write(source.Content);
            tar.End(source.Content.Length);
        }

        _order.Clear();
        _held.Clear();
    }

    /// <summary>Writes a symbolic link, unless another file or folder has the path.</summary>
    /// <returns>Whether it was written.</returns>
    public bool TryLink(string path, string target)
    {
        if (!owns(path) || tar.Has(Placed(path)))
        {
            return false;
        }

        tar.Start(new TarEntry { Path = Placed(path), Kind = TarEntryKind.Link, LinkTarget = target });
        return true;
    }

    public override void Dispose() => _source?.Dispose();

    private string Placed(string path) => $"{root}/{path}";

    private TarEntry Entry(string path, bool isExecutable, long size, long modified) => new()
    {
        Path = Placed(path),
        IsExecutable = isExecutable,
        Size = size,
        Modified = modified,
    };

    private void PutChanged(Action<string> change)
    {
        var file = Path.Join(scratch.Folder, ScratchName);
        change(file);
        using (var content = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1))
        {
            tar.Start(Entry(_path, _isExecutable, content.Length, FileTimes.Usual));
            for (int count; (count = content.Read(Buffer)) > 0;)
            {
                tar.Write(Buffer.AsSpan(0, count));
            }

            tar.End(content.Length);
        }

        scratch.Remove(ScratchName);
    }

    /// <summary>A Python source whose time may change.</summary>
    private sealed record HeldSource(byte[] Content, bool IsExecutable, long Modified);
}
