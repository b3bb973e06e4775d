using System.Text;
using Firn.Common;
using Firn.Common.Json;

namespace Firn.Conda.Prefixes;

/// <summary>
/// Digests the entries of <c>paths_data.paths</c> while they are read; the rule is at
/// <see cref="CondaPackage.ContentDigest"/>. Entries are kept as places in the record's bytes: a record names tens of
/// thousands of files, and a string for each would cost more than the digest.
/// </summary>
internal sealed class CondaContentDigest
{
    private static readonly byte[] PackagedScripts = [.. "python-scripts/"u8];
    private static readonly byte[][] Programs = [[.. "bin/"u8], [.. "Scripts/"u8]];
    private readonly List<Entry> _entries = [];
    private byte[] _unescaped = [];
    private int _unescapedLength;

    /// <summary>Reads one object of the array; the reader stands on its start.</summary>
    public void Read(ref FastJsonReader reader)
    {
        var entry = new Entry();
        var derived = false;
        while (reader.Read() && reader.Token == FastJsonToken.Name)
        {
            var name = reader.Value;
            if (name.SequenceEqual("_path"u8))
            {
                entry.Path = ReadText(ref reader);
            }
            else if (name.SequenceEqual("sha256"u8))
            {
                entry.Value = ReadText(ref reader);
            }
            else if (name.SequenceEqual("path_type"u8))
            {
                reader.Read();
                entry.IsLink = Is(ref reader, "softlink"u8);
                derived = IsDerived(ref reader);
                reader.Skip();
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        if (!derived && entry.Path.IsSet)
        {
            _entries.Add(entry);
        }
    }

    /// <summary>The digest over the record's bytes <paramref name="json"/>.</summary>
    public Sha256Digest Finish(ReadOnlySpan<byte> json, bool isPythonNoarch)
    {
        var entries = new List<Entry>(_entries.Count);
        var sorted = true;
        foreach (var entry in _entries)
        {
            var path = Text(json, entry.Path);
            if (path.Length > 4 && path[^1] == 'c' && path.EndsWith(".pyc"u8))
            {
                continue;
            }

            if (isPythonNoarch)
            {
                entry.Path = Packaged(entry.Path, path);
            }

            sorted = sorted && (entries.Count == 0
                || Compare(Text(json, entries[^1].Path), Text(json, entry.Path)) <= 0);
            entries.Add(entry);
        }

        return Digest(json, sorted ? entries : Sort(json, entries));
    }

    private Sha256Digest Digest(ReadOnlySpan<byte> json, List<Entry> entries)
    {
        var length = 0;
        foreach (var entry in entries)
        {
            length += entry.Path.Length + Math.Max(entry.Value.Length, 4) + 2;
        }

        var lines = new byte[length];
        var position = 0;
        foreach (var entry in entries)
        {
            var path = Text(json, entry.Path);
            path.CopyTo(lines.AsSpan(position));
            position += path.Length + 1;
            var value = entry.IsLink ? "link"u8 : entry.Value.Length > 0 ? Text(json, entry.Value) : "-"u8;
            System.Text.Ascii.ToLower(value, lines.AsSpan(position), out var written);
            position += written;
            lines[position++] = (byte)'\n';
        }

        return Sha256Digest.Of(lines.AsSpan(0, position));
    }

    private List<Entry> Sort(ReadOnlySpan<byte> json, List<Entry> entries)
    {
        foreach (var entry in entries)
        {
            entry.Key = Text(json, entry.Path).ToArray();
        }

        entries.Sort((left, right) => Compare(left.Key, right.Key));
        return entries;
    }

    private ReadOnlySpan<byte> Text(ReadOnlySpan<byte> json, Place place) =>
        (place.IsUnescaped ? _unescaped.AsSpan() : json).Slice(place.Start, place.Length);

    private Place ReadText(ref FastJsonReader reader)
    {
        reader.Read();
        if (reader.Token != FastJsonToken.String)
        {
            reader.Skip();
            return default;
        }

        if (!reader.IsEscaped)
        {
            return new Place(reader.Start, reader.Value.Length, false);
        }

        return Append(Encoding.UTF8.GetBytes(reader.GetString()), []);
    }

    private Place Append(ReadOnlySpan<byte> start, ReadOnlySpan<byte> end)
    {
        var length = start.Length + end.Length;
        if (_unescaped.Length - _unescapedLength < length)
        {
            Array.Resize(ref _unescaped, Math.Max(4096, 2 * (_unescapedLength + length)));
        }

        start.CopyTo(_unescaped.AsSpan(_unescapedLength));
        end.CopyTo(_unescaped.AsSpan(_unescapedLength + start.Length));
        _unescapedLength += length;
        return new Place(_unescapedLength - length, length, true);
    }

    /// <summary>
    /// The path in the package, whatever the Python and the platform. conda's records have it so already; those of mamba
    /// and rattler have the path in the prefix.
    /// </summary>
    private Place Packaged(Place place, ReadOnlySpan<byte> path)
    {
        foreach (var programs in Programs)
        {
            if (path.StartsWith(programs))
            {
                return Append(PackagedScripts, path[programs.Length..]);
            }
        }

        var skipped = SitePackagesStart(path);
        return new Place(place.Start + skipped, place.Length - skipped, place.IsUnescaped);
    }

    // The framework's own comparison of bytes is not precompiled and runs unoptimised; neighbours share long starts.
    private static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var length = Math.Min(left.Length, right.Length);
        for (var i = 0; i < length; i++)
        {
            if (left[i] != right[i])
            {
                return left[i] - right[i];
            }
        }

        return left.Length - right.Length;
    }

    private static bool Is(ref FastJsonReader reader, ReadOnlySpan<byte> text) =>
        reader.Token == FastJsonToken.String && reader.Value.SequenceEqual(text);

    private static bool IsDerived(ref FastJsonReader reader) =>
        Is(ref reader, "pyc_file"u8) || Is(ref reader, "unix_python_entry_point"u8)
        || (reader.Token == FastJsonToken.String
            && reader.Value.StartsWith("windows_python_entry_point_"u8));

    /// <summary>How many bytes stand before <c>site-packages/</c>; 0 where the path is not in it.</summary>
    private static int SitePackagesStart(ReadOnlySpan<byte> path)
    {
        var folder = "site-packages/"u8;
        if (path.StartsWith("Lib/site-packages/"u8))
        {
            return 4;
        }

        if (!path.StartsWith("lib/python"u8))
        {
            return 0;
        }

        var start = 4 + path[4..].IndexOf((byte)'/') + 1;
        return start > 4 && path[start..].StartsWith(folder) ? start : 0;
    }

    /// <summary>A piece of the record's bytes, or of the unescaped ones; the place is set where a string was read.</summary>
    private readonly record struct Place(int Start, int Length, bool IsUnescaped)
    {
        public bool IsSet => Start > 0 || IsUnescaped;
    }

    // A class: the framework's List for structs of others is not precompiled, and compiling it takes milliseconds.
    private sealed class Entry
    {
        public Place Path { get; set; }

        public Place Value { get; set; }

        public bool IsLink { get; set; }

        public byte[]? Key { get; set; }
    }
}
