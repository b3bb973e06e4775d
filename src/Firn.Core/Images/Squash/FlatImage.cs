using System.Formats.Tar;
using Firn.Common;
using Firn.Common.Json;
using Firn.Common.Tar;
using Firn.Images.Assembly;

namespace Firn.Images.Squash;

/// <summary>Writes the file system of an image as one tar, its layers one upon the other, with what Apptainer looks for beside it.</summary>
/// <param name="layers">Opens the tar of each layer, the lowest first.</param>
/// <param name="configuration">The image's configuration.</param>
internal sealed class FlatImage(IReadOnlyList<Func<Stream>> layers, JsonTree configuration)
{
    private const int BufferLength = 1 << 20;

    /// <summary>What of Apptainer's own there is (apptainer, docs/content.go; engines mount the others over it).</summary>
    private static readonly string[] EmptyFolders = ["dev", "proc", "sys", "tmp", ".singularity.d", ".singularity.d/env"];

    private readonly BaseFiles _files = new();
    private readonly Dictionary<string, List<string>> _copies = new(StringComparer.Ordinal);
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);

    /// <summary>Writes it.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="FormatException">A layer leads out of the image.</exception>
    /// <exception cref="IOException">A layer cannot be read, or the tar not be written.</exception>
    public void Write(Stream output, CancellationToken cancellation)
    {
        for (var i = 0; i < layers.Count; i++)
        {
            Read(i, cancellation);
        }

        var buffer = new OutputBuffer(new byte[BufferLength], new StreamSink(output));
        var tar = new Firn.Common.Tar.TarWriter(buffer);
        WriteFolders(tar);
        WriteOwn(tar, buffer);
        for (var i = 0; i < layers.Count; i++)
        {
            WriteLayer(i, tar, buffer, cancellation);
        }

        tar.Finish();
        buffer.Flush();
    }

    private void Read(int layer, CancellationToken cancellation)
    {
        _files.BeginLayer();
        using var content = layers[layer]();
        using var reader = new System.Formats.Tar.TarReader(content);
        while (reader.GetNextEntry() is { } entry)
        {
            cancellation.ThrowIfCancellationRequested();
            _files.Add(entry);
            if (entry.EntryType == TarEntryType.HardLink)
            {
                var key = Key(layer, BaseFiles.Normalized(entry.LinkName));
                if (!_copies.TryGetValue(key, out var copies))
                {
                    _copies[key] = copies = [];
                }

                copies.Add(BaseFiles.Normalized(entry.Name));
            }
        }
    }

    private void WriteFolders(Firn.Common.Tar.TarWriter tar)
    {
        var folders = _files.Entries.Where(static entry => entry.Kind == TarEntryKind.Directory)
            .Concat(EmptyFolders.Where(path => _files.LayerOf(path) < 0).Select(static path => new Firn.Common.Tar.TarEntry { Path = path, Kind = TarEntryKind.Directory, Mode = path == "tmp" ? 0x3FF : 0x1ED }))
            .OrderBy(static entry => entry.Path, StringComparer.Ordinal);
        foreach (var folder in folders)
        {
            _written.Add(folder.Path);
            tar.Start(folder with { Path = folder.Path + "/" });
        }
    }

    private void WriteOwn(Firn.Common.Tar.TarWriter tar, OutputBuffer buffer)
    {
        var program = new ApptainerFiles(configuration);
        foreach (var (path, text, isExecutable) in program.All())
        {
            if (_written.Add(path))
            {
                var content = System.Text.Encoding.UTF8.GetBytes(text);
                tar.Start(new Firn.Common.Tar.TarEntry { Path = path, Size = content.Length, IsExecutable = isExecutable });
                buffer.Write(content);
                tar.Pad(content.Length);
            }
        }
    }

    private void WriteLayer(int layer, Firn.Common.Tar.TarWriter tar, OutputBuffer buffer, CancellationToken cancellation)
    {
        using var content = layers[layer]();
        using var reader = new System.Formats.Tar.TarReader(content);
        while (reader.GetNextEntry() is { } entry)
        {
            cancellation.ThrowIfCancellationRequested();
            var path = BaseFiles.Normalized(entry.Name);
            if (entry.EntryType == TarEntryType.SymbolicLink)
            {
                if (_files.LayerOf(path) == layer && _written.Add(path))
                {
                    tar.Start(BaseFiles.HeaderOf(path, entry) with { Kind = TarEntryKind.Link, LinkTarget = entry.LinkName });
                }
            }
            else if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile)
            {
                WriteFile(layer, path, entry, tar, buffer);
            }
        }
    }

    /// <summary>A file, and a copy of it for each hard link to it: a squashfs keeps equal files once.</summary>
    private void WriteFile(int layer, string path, System.Formats.Tar.TarEntry entry, Firn.Common.Tar.TarWriter tar, OutputBuffer buffer)
    {
        var places = _copies.GetValueOrDefault(Key(layer, path), []).Prepend(path).Where(place => _files.LayerOf(place) == layer && _written.Add(place)).ToList();
        if (places.Count == 0)
        {
            return;
        }

        if (places.Count == 1)
        {
            Copy(places[0], entry, entry.DataStream ?? Stream.Null, tar, buffer);
            return;
        }

        using var held = new FileStream(
            Path.Join(Path.GetTempPath(), $"firn-flat-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 4096, FileOptions.DeleteOnClose);
        (entry.DataStream ?? Stream.Null).CopyTo(held);
        foreach (var place in places)
        {
            held.Position = 0;
            Copy(place, entry, held, tar, buffer);
        }
    }

    private static void Copy(string path, System.Formats.Tar.TarEntry entry, Stream content, Firn.Common.Tar.TarWriter tar, OutputBuffer buffer)
    {
        tar.Start(BaseFiles.HeaderOf(path, entry) with { Size = entry.Length });
        var left = entry.Length;
        while (left > 0)
        {
            var space = buffer.Space(1);
            var count = content.Read(space[..(int)Math.Min(space.Length, left)]);
            if (count == 0)
            {
                throw new IOException($"{path} ends too early");
            }

            buffer.Advance(count);
            left -= count;
        }

        tar.Pad(entry.Length);
    }

    private static string Key(int layer, string path) => $"{layer} {path}";

    /// <summary>A stream as a sink.</summary>
    private sealed class StreamSink(Stream stream) : IByteSink
    {
        public void Write(ReadOnlySpan<byte> bytes) => stream.Write(bytes);
    }
}

/// <summary>The files by which Apptainer runs an image as its configuration says: its variables, and what runs.</summary>
internal sealed class ApptainerFiles(JsonTree configuration)
{
    /// <summary>The files, each with whether it may be executed.</summary>
    public IEnumerable<(string Path, string Text, bool IsExecutable)> All()
    {
        var inner = configuration.Members?.GetValueOrDefault("config") ?? JsonTree.OfObject();
        yield return (".singularity.d/env/10-docker2singularity.sh", Variables(inner.TextsOf("Env")), true);
        yield return (".singularity.d/runscript", RunScript(inner.TextsOf("Entrypoint"), inner.TextsOf("Cmd")), true);
        var labels = new CanonicalJsonWriter();
        (inner.Members?.GetValueOrDefault("Labels") is { Members: not null } given ? given : JsonTree.OfObject()).WriteTo(labels);
        yield return (".singularity.d/labels.json", System.Text.Encoding.UTF8.GetString(labels.WrittenDocument), false);
    }

    private static string Variables(List<string> variables) => "#!/bin/sh\n" + string.Concat(variables
        .Select(static variable => variable.Split('=', 2))
        .Where(static parts => parts.Length == 2 && parts[0].Length > 0 && !char.IsAsciiDigit(parts[0][0]) && parts[0].All(static c => char.IsAsciiLetterOrDigit(c) || c == '_'))
        .Select(static parts => parts[0] == "PATH" ? $"export PATH={Quoted(parts[1])}\n" : $"export {parts[0]}=\"${{{parts[0]}:-{DoubleQuoted(parts[1])}}}\"\n"));

    private static string RunScript(List<string> entrypoint, List<string> command)
    {
        var always = string.Join(' ', entrypoint.Select(Quoted));
        var usual = command.Count + entrypoint.Count == 0 ? "/bin/sh" : string.Join(' ', command.Select(Quoted));
        return $"#!/bin/sh\nif [ $# -gt 0 ]; then\n    exec {always} \"$@\"\nfi\n\nexec {always} {usual}\n".Replace("  ", " ", StringComparison.Ordinal).Replace("\n exec", "\n    exec", StringComparison.Ordinal);
    }

    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>Between double quotes, inside of an expansion: what the shell would read otherwise has a backslash.</summary>
    private static string DoubleQuoted(string text)
    {
        var quoted = new System.Text.StringBuilder();
        foreach (var c in text)
        {
            quoted.Append(c is '"' or '\\' or '$' or '`' or '}' ? $"\\{c}" : c);
        }

        return quoted.ToString();
    }
}
