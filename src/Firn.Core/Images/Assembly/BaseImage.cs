using System.Collections.Immutable;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Firn.Common;
using Firn.Common.Compression;
using Firn.Common.Files;
using Firn.Common.Json;
using Firn.Common.Tar;
using Firn.Images.Documents;
using Firn.Images.Layouts;
using Firn.Images.Transfers;
using Firn.Storage.Bundles;

namespace Firn.Images.Assembly;

/// <summary>A layer of an image.</summary>
/// <param name="Blob">As it lies there.</param>
/// <param name="DiffId">Of its tar.</param>
internal sealed record ImageLayer(Descriptor Blob, Sha256Digest DiffId);

/// <summary>The image that an assembled one stands on.</summary>
internal sealed class BaseImage : IDisposable
{
    private BaseImage(string name, ImageSource? source, JsonTree configuration, ImmutableArray<ImageLayer> layers) =>
        (Name, Source, Configuration, Layers) = (name, source, configuration, layers);

    /// <summary>How messages name it.</summary>
    public string Name { get; }

    /// <summary>Where its blobs are; <see langword="null"/> of an empty one.</summary>
    public ImageSource? Source { get; }

    /// <summary>Its configuration.</summary>
    public JsonTree Configuration { get; }

    /// <summary>Its layers, the lowest first.</summary>
    public ImmutableArray<ImageLayer> Layers { get; }

    /// <summary>What its files depend on.</summary>
    public Sha256Digest Id => Sha256Digest.Of(Encoding.UTF8.GetBytes(string.Join('\n', Layers.Select(static layer => layer.DiffId))));

    /// <summary>An image without anything.</summary>
    /// <param name="architecture">By Go's names.</param>
    public static BaseImage Nothing(string architecture)
    {
        var configuration = JsonTree.OfObject();
        configuration.Members!["architecture"] = JsonTree.Of(architecture);
        configuration.Members["os"] = JsonTree.Of("linux");
        return new BaseImage("an empty image", null, configuration, []);
    }

    /// <summary>Reads what an image is.</summary>
    /// <param name="source">The image, which is disposed with this.</param>
    /// <param name="architecture">Which one, where it is an index of several.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="FirnException">It is damaged, or no image.</exception>
    public static BaseImage Of(ImageSource source, string architecture, CancellationToken cancellation)
    {
        try
        {
            var platform = ManifestKind.IsIndex(source.Root.Descriptor.MediaType) ? new ImagePlatform("linux", architecture) : null;
            var plan = new CopyPlanner(source, new CopyOptions(platform, IsSingle: true, IsDocker: false), cancellation).Plan();
            var manifest = ImageManifest.Read(plan.Root.Content);
            var configuration = manifest.Configuration.MediaType == MediaTypes.Configuration
                ? JsonTree.Parse(source.Document(manifest.Configuration, cancellation))
                : throw new FormatException("it is no image, but an artifact");
            var diffIds = configuration.Members?.GetValueOrDefault("rootfs")?.Members?.GetValueOrDefault("diff_ids")?.Items ?? [];
            if (diffIds.Count != manifest.Layers.Length)
            {
                throw new FormatException($"it has {manifest.Layers.Length} layers, and its configuration names {diffIds.Count}");
            }

            var layers = manifest.Layers.Select((blob, i) => new ImageLayer(
                blob, Sha256Digest.TryParse(diffIds[i].Text, out var digest) ? digest : throw new FormatException("a diff id in it is no digest")));
            return new BaseImage(source.Name, source, configuration, [.. layers]);
        }
        catch (FormatException exception)
        {
            throw Damaged(source.Name, exception);
        }
    }

    /// <summary>Reads everything that its layers say of its files.</summary>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="FirnException">A layer is damaged, or is not what its digest says.</exception>
    public BaseFiles ReadFiles(CancellationToken cancellation)
    {
        var files = new BaseFiles();
        try
        {
            foreach (var layer in Layers)
            {
                files.BeginLayer();
                using var content = Open(layer.Blob, cancellation);
                using var unpacked = Unpacked(layer.Blob, content);
                using var tar = new DigestingStream(unpacked, long.MaxValue);
                using (var reader = new System.Formats.Tar.TarReader(tar, leaveOpen: true))
                {
                    while (reader.GetNextEntry() is { } entry)
                    {
                        cancellation.ThrowIfCancellationRequested();
                        files.Add(entry);
                    }
                }

                tar.Drain();
                if (tar.Finish() is var digest && digest != layer.DiffId)
                {
                    throw new FormatException($"the tar of a layer has {digest}, not {layer.DiffId}");
                }
            }
        }
        catch (Exception exception) when (exception is FormatException or IOException or InvalidDataException)
        {
            throw Damaged(Name, exception);
        }

        return files;
    }

    /// <inheritdoc/>
    public void Dispose() => Source?.Dispose();

    private static FirnException Damaged(string name, Exception exception) => new(
        $"{name} cannot be read: {exception.Message.TrimEnd('.')}", "name an image that is whole", FailureKind.Different, exception);

    /// <summary>The tar in a layer.</summary>
    /// <exception cref="FormatException">It is of a kind that no image has.</exception>
    public static Stream Unpacked(Descriptor blob, Stream content) => blob.MediaType switch
    {
        MediaTypes.GzipLayer => new GZipStream(content, CompressionMode.Decompress),
        MediaTypes.ZstandardLayer => ZstandardFormat.DecompressForeign(content),
        MediaTypes.Layer => content,
        var other => throw new FormatException($"a layer is {other}, which no image has"),
    };

    /// <summary>A blob's bytes; one of a registry is brought first.</summary>
    private Stream Open(Descriptor blob, CancellationToken cancellation)
    {
        if (Source!.Open(blob) is { } open)
        {
            return open(0);
        }

        var file = new FileStream(
            Path.Join(Path.GetTempPath(), $"firn-base-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
        try
        {
            using var stage = new BlobStage(blob, file.SafeFileHandle, 0, file.Name);
            Source.Fetch(stage, static _ => { }, cancellation);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}

/// <summary>
/// The files of an image, its layers one upon the other (image-spec, layer.md), all but their bytes. What stands in the layers
/// is untrusted.
/// </summary>
internal sealed class BaseFiles
{
    private const string Whiteout = ".wh.";
    private const string OpaqueWhiteout = ".wh..wh..opq";
    private const int MaxLinks = 40;
    private const int MaxKept = 64 * 1024;
    private const int MaxFiles = 5_000_000;
    private readonly SortedDictionary<string, Firn.Common.Tar.TarEntry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _layers = new(StringComparer.Ordinal);
    private HashSet<string> _ofLayer = new(StringComparer.Ordinal);
    private int _layer = -1;

    /// <summary>The version of its GNU C library; <see langword="null"/> where it has none.</summary>
    private string? Glibc { get; set; }

    /// <summary>All that is there, sorted by path.</summary>
    public IEnumerable<Firn.Common.Tar.TarEntry> Entries => _entries.Values;

    /// <summary>The number of the layer that a path is from; -1 where nothing is there.</summary>
    public int LayerOf(string path) => _entries.ContainsKey(path) ? _layers[path] : -1;

    /// <summary>What of it counts for a prefix.</summary>
    /// <exception cref="FirnException">The links lead round in a circle.</exception>
    public BaseSummary Summarize(string prefix)
    {
        var root = Resolve(prefix);
        var folders = ImmutableArray.CreateBuilder<Firn.Common.Tar.TarEntry>();
        for (var end = root.LastIndexOf('/'); end > 0; end = root.LastIndexOf('/', end - 1))
        {
            if (_entries.TryGetValue(root[..end], out var entry))
            {
                folders.Add(entry);
            }
        }

        return new BaseSummary
        {
            Root = root,
            IsTaken = _entries.ContainsKey(root),
            Folders = folders.ToImmutable(),
            Glibc = Glibc,
            HasMusl = HasMusl,
            Libraries = [.. Libraries().Order(StringComparer.Ordinal)],
        };
    }

    /// <summary>Whether its C library is musl.</summary>
    private bool HasMusl => _entries.Keys.Any(static path => path.StartsWith("lib/ld-musl-", StringComparison.Ordinal) || path.StartsWith("usr/lib/ld-musl-", StringComparison.Ordinal));

    /// <summary>The path with all links followed, whether something is there or not.</summary>
    /// <exception cref="FirnException">The links lead round in a circle.</exception>
    private string Resolve(string path)
    {
        var left = new Stack<string>(path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse());
        var resolved = string.Empty;
        var links = 0;
        while (left.TryPop(out var name))
        {
            if (name == "..")
            {
                resolved = resolved[..Math.Max(resolved.LastIndexOf('/'), 0)];
            }
            else if (name != ".")
            {
                var next = resolved.Length == 0 ? name : $"{resolved}/{name}";
                if (_entries.TryGetValue(next, out var entry) && entry is { Kind: TarEntryKind.Link, LinkTarget: { } target })
                {
                    if (++links > MaxLinks)
                    {
                        throw new FirnException($"the links of the base image at /{path} lead round in a circle", "use another base image");
                    }

                    resolved = target.StartsWith('/') ? string.Empty : resolved;
                    foreach (var part in target.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse())
                    {
                        left.Push(part);
                    }
                }
                else
                {
                    resolved = next;
                }
            }
        }

        return resolved;
    }

    /// <summary>The names of all shared libraries that its loader finds.</summary>
    private HashSet<string> Libraries()
    {
        var folders = LibraryFolders();
        return _entries.Keys.Where(path => path.Contains(".so", StringComparison.Ordinal) && folders.Contains(path[..Math.Max(path.LastIndexOf('/'), 0)]))
            .Select(static path => path[(path.LastIndexOf('/') + 1)..]).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Begins the next layer.</summary>
    public void BeginLayer()
    {
        _ofLayer = new HashSet<string>(StringComparer.Ordinal);
        _layer++;
    }

    /// <summary>Takes the next member of a layer.</summary>
    /// <exception cref="FormatException">It leads out of the image, or there are too many.</exception>
    public void Add(System.Formats.Tar.TarEntry entry)
    {
        var path = Normalized(entry.Name);
        if (path.Length == 0 || entry.EntryType is TarEntryType.GlobalExtendedAttributes)
        {
            return;
        }

        var name = path[(path.LastIndexOf('/') + 1)..];
        var folder = path[..Math.Max(path.Length - name.Length - 1, 0)];
        if (name == OpaqueWhiteout)
        {
            RemoveBelow(folder);
        }
        else if (name.StartsWith(Whiteout, StringComparison.Ordinal))
        {
            var hidden = folder.Length == 0 ? name[Whiteout.Length..] : $"{folder}/{name[Whiteout.Length..]}";
            RemoveBelow(hidden);
            _entries.Remove(hidden);
        }
        else
        {
            Put(path, entry);
        }
    }

    private void Put(string path, System.Formats.Tar.TarEntry entry)
    {
        if (_entries.Count > MaxFiles)
        {
            throw new FormatException($"it has more than {MaxFiles} files");
        }

        var kind = entry.EntryType switch
        {
            TarEntryType.Directory => TarEntryKind.Directory,
            TarEntryType.SymbolicLink => TarEntryKind.Link,
            _ => TarEntryKind.File,
        };
        if (kind != TarEntryKind.Directory && _entries.TryGetValue(path, out var before) && before.Kind == TarEntryKind.Directory)
        {
            RemoveBelow(path);
        }

        _ofLayer.Add(path);
        _layers[path] = _layer;
        _entries[path] = HeaderOf(path, entry) with { Kind = kind, LinkTarget = kind == TarEntryKind.Link ? entry.LinkName : null };
        Keep(path, entry);
    }

    /// <summary>What a member says of a file at a path: mode, owner and time.</summary>
    public static Firn.Common.Tar.TarEntry HeaderOf(string path, System.Formats.Tar.TarEntry entry) => new()
    {
        Path = path,
        Mode = (int)entry.Mode,
        User = entry.Uid,
        Group = entry.Gid,
        Modified = Math.Max(entry.ModificationTime.ToUnixTimeSeconds(), 0),
    };

    /// <summary>The few files of which the bytes count.</summary>
    private void Keep(string path, System.Formats.Tar.TarEntry entry)
    {
        if (entry.DataStream is not { } content)
        {
            return;
        }

        if (path == "etc/ld.so.conf" || (path.StartsWith("etc/ld.so.conf.d/", StringComparison.Ordinal) && path.EndsWith(".conf", StringComparison.Ordinal)))
        {
            var bytes = new byte[(int)Math.Min(entry.Length, MaxKept)];
            content.ReadExactly(bytes);
            _texts[path] = Encoding.UTF8.GetString(bytes);
        }
        else if (path[(path.LastIndexOf('/') + 1)..] is var name && (name == "libc.so.6" || (name.StartsWith("libc-2.", StringComparison.Ordinal) && name.EndsWith(".so", StringComparison.Ordinal)))
            && entry.Length < 64 * 1024 * 1024)
        {
            var bytes = new byte[(int)entry.Length];
            content.ReadExactly(bytes);
            Glibc = VersionOf(bytes) ?? Glibc;
        }
    }

    /// <summary>The banner of the GNU C library: <c>GNU C Library (...) stable release version 2.36.</c></summary>
    private static string? VersionOf(ReadOnlySpan<byte> library)
    {
        var at = library.IndexOf("GNU C Library"u8);
        var rest = at < 0 ? default : library[at..];
        var version = rest.IndexOf(" version "u8);
        if (version is < 0 or > 200)
        {
            return null;
        }

        var text = Encoding.ASCII.GetString(rest.Slice(version + 9, Math.Min(16, rest.Length - version - 9)));
        var end = 0;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '.'))
        {
            end++;
        }

        return text[..end].TrimEnd('.');
    }

    private HashSet<string> LibraryFolders()
    {
        var named = new List<string> { "lib", "usr/lib", "lib64", "usr/lib64", "usr/local/lib" };
        foreach (var line in _texts.Values.SelectMany(static text => text.Split('\n')))
        {
            if (line.Trim() is ['/', ..] folder)
            {
                named.Add(folder.Trim('/'));
            }
        }

        named.AddRange(_entries.Where(static entry => entry.Value.Kind == TarEntryKind.Directory
            && (entry.Key.StartsWith("usr/lib/", StringComparison.Ordinal) || entry.Key.StartsWith("lib/", StringComparison.Ordinal))
            && entry.Key.EndsWith("-linux-gnu", StringComparison.Ordinal)).Select(static entry => entry.Key));
        return named.Select(Resolve).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Takes out what lower layers have below a folder; what this layer has put there stays.</summary>
    private void RemoveBelow(string folder)
    {
        foreach (var path in _entries.Keys.Where(path => path.StartsWith(folder + "/", StringComparison.Ordinal) && !_ofLayer.Contains(path)).ToList())
        {
            _entries.Remove(path);
        }
    }

    /// <summary>A member's path without a slash at either end.</summary>
    /// <exception cref="FormatException">It leads out of the image.</exception>
    public static string Normalized(string name)
    {
        var parts = name.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(static part => part != ".").ToList();
        return !parts.Contains("..") ? string.Join('/', parts) : throw new FormatException($"`{name}` leads out of the image");
    }
}

/// <summary>What of an image's files counts for an environment at one prefix.</summary>
internal sealed record BaseSummary
{
    private const string Schema = "firn.base/1";
    private const int MaxDocument = 16 * 1024 * 1024;

    /// <summary>Where the prefix is, links followed, without a slash at either end.</summary>
    public required string Root { get; init; }

    /// <summary>Whether something is there.</summary>
    public bool IsTaken { get; init; }

    /// <summary>Those of the folders that lead there which the image has.</summary>
    public ImmutableArray<Firn.Common.Tar.TarEntry> Folders { get; init; } = [];

    /// <summary>The version of its GNU C library; <see langword="null"/> where it has none.</summary>
    public string? Glibc { get; init; }

    /// <summary>Whether its C library is musl.</summary>
    public bool HasMusl { get; init; }

    /// <summary>The names of the shared libraries that its loader finds, sorted.</summary>
    public ImmutableArray<string> Libraries { get; init; } = [];

    /// <summary>What the image has at a path on the way to the prefix.</summary>
    public Firn.Common.Tar.TarEntry? At(string path) => Folders.FirstOrDefault(folder => folder.Path == path);

    /// <summary>Reads an image's layers, or what an earlier one has kept of them.</summary>
    /// <param name="image">The image.</param>
    /// <param name="prefix">The prefix.</param>
    /// <param name="cache">The folder of what was kept.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="FirnException">A layer is damaged.</exception>
    public static BaseSummary Of(BaseImage image, string prefix, string cache, CancellationToken cancellation)
    {
        if (image.Layers.IsEmpty)
        {
            return new BaseFiles().Summarize(prefix);
        }

        var path = Path.Join(cache, $"{Sha256Digest.Of(Encoding.UTF8.GetBytes($"{image.Id} {prefix}")).Hex}.json");
        var document = BoundedFile.Read(path, MaxDocument);
        var kept = document.IsComplete
            ? JsonFields.TryRead(document.Memory, static root => root.Text("schema") == Schema ? JsonMembers.Read<BaseSummary>(root, Table) : null)
            : null;
        if (kept is not null)
        {
            return kept;
        }

        var summary = image.ReadFiles(cancellation).Summarize(prefix);
        try
        {
            Directory.CreateDirectory(cache);
            using var staged = AtomicFile.Stage(path, JsonMembers.Write(Schema, summary, Table));
            staged.Place();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is read again the next time.
        }

        return summary;
    }

    private static BaseSummary Table(JsonMembers json, BaseSummary? summary)
    {
        var folders = json.Objects("folders", summary?.Folders, Folder);
        return new BaseSummary
        {
            Folders = folders,
            Glibc = json.Text("glibc", summary?.Glibc),
            Libraries = json.Texts("libraries", summary?.Libraries),
            HasMusl = json.Mark("musl", summary?.HasMusl),
            Root = json.RequiredText("root", summary?.Root),
            IsTaken = json.Mark("taken", summary?.IsTaken),
        };
    }

    private static Firn.Common.Tar.TarEntry Folder(JsonMembers json, Firn.Common.Tar.TarEntry? folder)
    {
        var group = json.Number("group", folder?.Group) ?? 0;
        var mode = json.Number("mode", folder?.Mode) ?? 0;
        var modified = json.Number("modified", folder?.Modified) ?? 0;
        return new Firn.Common.Tar.TarEntry
        {
            Kind = TarEntryKind.Directory,
            Path = json.RequiredText("path", folder?.Path),
            User = json.Number("user", folder?.User) ?? 0,
            Group = group,
            Mode = (int)mode,
            Modified = modified,
        };
    }
}
