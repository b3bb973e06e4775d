using System.Collections.Immutable;
using System.Text;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Tar;
using Firn.Host.Binaries;
using Firn.Host.Loading;

namespace Firn.Images.Assembly;

/// <summary>
/// What an image without a base needs to start a program: the libraries of the machine that was captured, its loader, a folder
/// for temporary files and the names of root and nobody. No shell and nothing else of a system is there.
/// </summary>
internal sealed class HostLibraries
{
    private const string Loader = "ld-linux";
    private const string Temporary = "tmp";
    private const int MaxLibrary = 1 << 30;

    private static readonly ImmutableArray<(string Path, string Text)> Names =
    [
        ("etc/group", "root:x:0:\nnogroup:x:65534:\n"),
        ("etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\n"),
    ];

    private readonly ImmutableArray<NativeLibrary> _libraries;
    private readonly string? _loader;

    private HostLibraries(ImmutableArray<NativeLibrary> libraries, string? loader) => (_libraries, _loader) = (libraries, loader);

    /// <summary>The system's packages that they are from, sorted.</summary>
    public ImmutableArray<string> Packages =>
        [.. _libraries.Select(static library => library.SystemPackage).OfType<Firn.Host.SystemPackages.SystemPackage>().Select(static package => $"{package.Name} {package.Version}").Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Finds the libraries on this machine.</summary>
    /// <param name="capture">The environment.</param>
    /// <param name="obstacles">Gets what is not here, or is not what was captured.</param>
    public static HostLibraries Find(Capture capture, ImmutableArray<MessageText>.Builder obstacles)
    {
        var libraries = capture.NativeLibraries.Libraries.Where(static library => !library.InEnvironment && library.Path.StartsWith('/') && !BaseChecks.IsOfDriver(library.Soname)).ToList();
        string? loader = null;
        foreach (var library in libraries)
        {
            var image = new ElfReader().Read(library.Path).Image;
            if (image is null || (library.BuildId is { } expected && image.BuildId != expected))
            {
                var package = library.SystemPackage is { } owner ? $" of {owner.Name} {owner.Version}" : string.Empty;
                obstacles.Add($"this machine does not have the {library.Soname}{package} that was captured");
            }

            loader ??= image?.Interpreter;
        }

        return new HostLibraries([.. libraries], loader);
    }

    /// <summary>All that decides the bytes of the layer.</summary>
    /// <exception cref="IOException">A library cannot be read.</exception>
    public Sha256Digest Key()
    {
        var text = new StringBuilder($"{LayerStream.PieceLength} {PieceCompressor.Level} {_loader}\n");
        foreach (var library in _libraries)
        {
            using var file = File.OpenHandle(library.Path);
            text.Append(library.Soname).Append(' ').Append(library.Path).Append(' ').Append(Sha256Digest.OfFile(file)).Append('\n');
        }

        return Sha256Digest.Of(Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <summary>Writes the layer.</summary>
    /// <exception cref="IOException">A library cannot be read, or the layer not written.</exception>
    public AssembledLayer Write(Stream output, PieceCompressor compressor, CancellationToken cancellation)
    {
        using var stream = new LayerStream(output, compressor);
        var tar = new LayerTar(new OutputBuffer(new byte[1 << 20], stream), static path => path == Temporary ? new TarEntry { Path = path, Mode = 0x3FF } : null);
        foreach (var (path, text) in Names)
        {
            Put(tar, path, Encoding.ASCII.GetBytes(text), isExecutable: false);
        }

        foreach (var library in _libraries.OrderBy(static library => library.Path, StringComparer.Ordinal))
        {
            cancellation.ThrowIfCancellationRequested();
            var path = library.Path[1..];
            if (!tar.Has(path))
            {
                var content = BoundedFile.Read(library.Path, MaxLibrary);
                Put(tar, path, content.IsComplete ? content.Bytes : throw new IOException($"{library.Path} cannot be read: {content.Reason}"), isExecutable: true);
            }

            Link(tar, $"{Path.GetDirectoryName(path)}/{library.Soname}", Path.GetFileName(path));
        }

        if (_loader is not null && _libraries.FirstOrDefault(static library => library.Soname.StartsWith(Loader, StringComparison.Ordinal)) is { } loader)
        {
            Link(tar, _loader[1..], loader.Path);
        }

        tar.Folder(Temporary);
        tar.Finish();
        return new AssembledLayer { Bytes = stream.Finish(), File = string.Empty };
    }

    private static void Put(LayerTar tar, string path, ReadOnlySpan<byte> content, bool isExecutable)
    {
        tar.Start(new TarEntry { Path = path, Size = content.Length, IsExecutable = isExecutable });
        tar.Write(content);
        tar.End(content.Length);
    }

    private static void Link(LayerTar tar, string path, string target)
    {
        if (!tar.Has(path))
        {
            tar.Start(new TarEntry { Path = path, Kind = TarEntryKind.Link, LinkTarget = target });
        }
    }
}
