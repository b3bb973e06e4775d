using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Json;

namespace Firn.Conda.Prefixes;

/// <summary>A record of <c>conda-meta</c> with all that linking needs of it.</summary>
internal sealed record CondaFileRecord
{
    /// <summary>What the record says of the package.</summary>
    public required CondaPackage Package { get; init; }

    /// <summary>The record's bytes, with whatever credentials they hold.</summary>
    public required ReadOnlyMemory<byte> Json { get; init; }

    /// <summary>The paths in the record's order, each once.</summary>
    public required ImmutableArray<CondaPathEntry> Entries { get; init; }

    /// <summary>Paths that would leave the prefix, go into <c>conda-meta</c>, or stand there twice: they are in no entry.</summary>
    public ImmutableArray<string> RefusedPaths { get; init; } = [];

    /// <summary><c>link.source</c>: the folder the package was unpacked to; <see langword="null"/> where it is not recorded.</summary>
    public string? LinkSource { get; init; }

    /// <summary>
    /// The text of the link that the package ships at a path that is a link; <see langword="null"/> where it ships a file:
    /// with <c>allow_softlinks</c> conda links to the folder that it unpacked the package to, and records every file as a link.
    /// </summary>
    /// <param name="entry">The path.</param>
    /// <param name="linkText">What the link there holds.</param>
    public string? PublishedLink(CondaPathEntry entry, string linkText) =>
        IsUnpacked(linkText) ? RealPath.LinkTarget(linkText) : entry.Kind == CondaPathKind.Link ? linkText : null;

    private bool IsUnpacked(string linkText) =>
        LinkSource?.TrimEnd('/') is { Length: > 1 } source && Path.IsPathRooted(linkText)
        && CondaPackageFiles.IsInside(linkText.TrimStart('/')) && RealPath.IsWithin(linkText, source);

    /// <summary>The name of the record's file: <c>NAME-VERSION-BUILD.json</c>.</summary>
    public string FileName => $"{Package.Name}-{Package.Version}-{Package.Build}.json";

    /// <summary>
    /// The layout by which the paths of Python code that fits any Python were made; <see langword="null"/> for other
    /// packages, whose paths do not depend on the Python in the prefix.
    /// </summary>
    public CondaPythonLayout? FindPythonLayout() =>
        Package.Noarch == "python" ? CondaPythonLayout.Seen(Entries.Select(static entry => entry.Path)) : null;
}

/// <summary>Keeps what linking needs of a record of <c>conda-meta</c> while <see cref="CondaRecordReader"/> reads it.</summary>
internal sealed class CondaFileRecordReader
{
    private readonly List<CondaPathEntry> _described = [];
    private readonly List<string> _listed = [];
    private readonly List<string> _refused = [];
    private string? _linkSource;

    /// <summary>The record, or <see langword="null"/> with what is wrong with it.</summary>
    public static CondaFileRecord? Read(ReadOnlyMemory<byte> json, out string? error)
    {
        var reader = new CondaFileRecordReader();
        if (CondaRecordReader.Read(json.Span, out error, reader) is not { } package)
        {
            return null;
        }

        if (package.Noarch is not (null or "python" or "generic"))
        {
            error = $"it is a package of an unknown kind (noarch: {package.Noarch})";
            return null;
        }

        return reader.Build(package, json);
    }

    /// <summary>A <c>files</c> begins; of two the later counts.</summary>
    public void StartListed() => _listed.Clear();

    public void AddListed(string path) => _listed.Add(path);

    /// <summary>A <c>paths_data</c> begins; of two the later counts.</summary>
    public void StartDescribed() => _described.Clear();

    /// <summary>Reads <c>link</c>; the reader stands on the name.</summary>
    public void ReadLink(ref FastJsonReader reader)
    {
        _linkSource = null;
        reader.Read();
        if (reader.Token != FastJsonToken.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.Token == FastJsonToken.Name)
        {
            var isSource = reader.Is("source"u8);
            reader.Read();
            _linkSource = isSource && reader.Token == FastJsonToken.String ? reader.GetString() : _linkSource;
            reader.Skip();
        }
    }

    /// <summary>Reads an entry of <c>paths_data</c>; the reader stands on its start.</summary>
    public void AddDescribed(ref FastJsonReader reader)
    {
        var fields = new CondaPathFields(ref reader);
        if (fields.Path is not { } path)
        {
            return;
        }

        var kind = KindOf(fields.Type);
        _described.Add(new CondaPathEntry
        {
            Path = kind == CondaPathKind.Directory ? path.TrimEnd('/') : path,
            Kind = kind,
            Placeholder = kind == CondaPathKind.File && fields.Placeholder is { Length: > 0 } placeholder
                ? new CondaPlaceholder(placeholder, fields.Mode == "binary")
                : null,
            Published = Sha256Digest.TryParse(fields.Sha256, out var digest) ? digest : null,
            InPrefix = Sha256Digest.TryParse(fields.Sha256InPrefix, out digest) ? digest : null,
            Size = fields.Size,
            IsNoLink = fields.IsNoLink,
        });
    }

    private static CondaPathKind KindOf(string? type) => type switch
    {
        "softlink" => CondaPathKind.Link,
        "directory" => CondaPathKind.Directory,
        "pyc_file" => CondaPathKind.Bytecode,
        "unix_python_entry_point" or "windows_python_entry_point_script" or "windows_python_entry_point_exe" =>
            CondaPathKind.EntryPoint,
        _ => CondaPathKind.File,
    };

    private CondaFileRecord Build(CondaPackage package, ReadOnlyMemory<byte> json)
    {
        var entries = ImmutableArray.CreateBuilder<CondaPathEntry>(Math.Max(_described.Count, _listed.Count));
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var layout = package.Noarch == "python" ? CondaPythonLayout.Seen(_listed) : null;
        var listed = layout is null ? null : new HashSet<string>(_listed, StringComparer.Ordinal);
        foreach (var entry in _described)
        {
            Add(entries, seen, layout is null ? entry : Installed(entry, layout, listed!));
        }

        foreach (var path in _listed)
        {
            if (!seen.Contains(path) && !IsDerived(path, package))
            {
                Add(entries, seen, new CondaPathEntry { Path = path, Kind = CondaPathKind.File, IsDescribed = false });
            }
        }

        return new CondaFileRecord
        {
            Package = package,
            Json = json,
            Entries = entries.DrainToImmutable(),
            RefusedPaths = [.. _refused],
            LinkSource = _linkSource,
        };
    }

    /// <summary>The entry at the path where the package was installed, which <c>files</c> tells.</summary>
    private static CondaPathEntry Installed(CondaPathEntry entry, CondaPythonLayout layout, HashSet<string> listed) =>
        !listed.Contains(entry.Path) && layout.Target(entry.Path) is var target && listed.Contains(target)
            ? entry with { Path = target, RecordedPath = entry.Path }
            : entry;

    private void Add(
        ImmutableArray<CondaPathEntry>.Builder entries, HashSet<string> seen, CondaPathEntry entry)
    {
        if (seen.Add(entry.Path) && CondaPaths.IsAllowed(entry.Path))
        {
            entries.Add(entry);
        }
        else
        {
            _refused.Add(entry.Path);
        }
    }

    /// <summary>What conda wrote for a noarch package before it described it: bytecode and entry points.</summary>
    private bool IsDerived(string path, CondaPackage package) =>
        package.Noarch == "python" && _described.Count > 0
        && (path.EndsWith(".pyc", StringComparison.Ordinal) || path.StartsWith("bin/", StringComparison.Ordinal));
}
