using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Json;
using Firn.Conda.Linking;
using Firn.Conda.Prefixes;

namespace Firn.Conda.Packages;

/// <summary>
/// The record of a package as conda writes it into <c>conda-meta</c> (CEP 32; conda models/records.py PrefixRecord,
/// core/path_actions.py), but for what only the written files tell: <see cref="CondaRecordWriter"/> adds that.
/// </summary>
internal static class InstalledRecordWriter
{
    /// <param name="archive">The package.</param>
    /// <param name="locked">What its lock or index says; its URLs are written without credentials.</param>
    /// <param name="archiveLength">The size of its archive.</param>
    /// <param name="paths">What is linked, in the package's order.</param>
    /// <param name="scripts">The entry points' scripts, in the prefix.</param>
    public static byte[] Write(
        CondaArchive archive,
        LockedCondaPackage? locked,
        long archiveLength,
        ImmutableArray<InstalledPath> paths,
        ImmutableArray<string> scripts)
    {
        var info = archive.Info;
        var index = JsonTree.Parse(info.IndexJson.Span);
        var writer = new CanonicalJsonWriter();
        writer.StartObject();
        writer.String("arch", index.TextOf("arch"));
        writer.String("build", info.Build);
        writer.Number("build_number", info.BuildNumber);
        writer.String("channel", Channel(locked));
        writer.Strings("constrains", locked?.Constrains ?? info.Constrains);
        writer.Strings("depends", locked?.Depends ?? info.Depends);
        writer.String("extracted_package_dir", string.Empty);
        writer.String("features", Words(index, "features"));
        writer.Strings("files", Files(paths, scripts));
        writer.String("fn", archive.FileName);
        writer.String("license", locked?.License ?? info.License);
        writer.String("license_family", info.LicenseFamily);
        WriteLink(writer);
        writer.String("md5", locked?.Md5);
        writer.String("name", info.Name);
        writer.String("noarch", info.Noarch);
        writer.String("package_tarball_full_path", string.Empty);
        writer.String("package_type", info.Noarch is null ? null : $"noarch_{info.Noarch}");
        WritePaths(writer, paths, scripts);
        writer.String("platform", index.TextOf("platform"));
        writer.String("python_site_packages_path", info.PythonSitePackagesPath);
        var requested = locked?.RequestedSpec is { } spec ? Plain(spec) : null;
        writer.String("requested_spec", requested);
        writer.Strings("requested_specs", requested is null ? [] : [requested]);
        writer.String("sha256", locked?.Sha256);
        writer.Number("size", locked?.Size ?? archiveLength);
        writer.String("subdir", info.Subdir ?? CondaChannel.Parse(locked?.SafeUrl).Platform);
        writer.Number("timestamp", PackageInfoReader.Milliseconds(locked?.Timestamp) ?? info.Timestamp);
        writer.String("track_features", Words(index, "track_features"));
        writer.String("url", locked is null ? null : Plain(locked.SafeUrl));
        writer.String("version", info.Version);
        writer.EndObject();
        return writer.WrittenDocument.ToArray();
    }

    /// <summary>What the package was unpacked to is nowhere; conda, mamba and rattler take empty texts for that.</summary>
    private static void WriteLink(CanonicalJsonWriter writer)
    {
        writer.StartObject("link");
        writer.String("source", string.Empty);
        writer.Number("type", 1);
        writer.EndObject();
    }

    private static IEnumerable<string> Files(ImmutableArray<InstalledPath> paths, ImmutableArray<string> scripts)
    {
        foreach (var path in paths)
        {
            // conda lists no folders (CreatePrefixRecordAction.files_from_action).
            if (path.Source.Path.Kind != CondaPathKind.Directory)
            {
                yield return path.Path;
            }
        }

        foreach (var script in scripts)
        {
            yield return script;
        }
    }

    private static void WritePaths(
        CanonicalJsonWriter writer, ImmutableArray<InstalledPath> paths, ImmutableArray<string> scripts)
    {
        writer.StartObject("paths_data");
        writer.StartArray("paths");
        foreach (var path in paths)
        {
            WritePath(writer, path.Path, path.Source.Path);
        }

        foreach (var script in scripts)
        {
            writer.StartObject();
            writer.String("_path", script);
            writer.String("path_type", "unix_python_entry_point");
            writer.EndObject();
        }

        writer.EndArray();
        writer.Number("paths_version", 1);
        writer.EndObject();
    }

    private static void WritePath(CanonicalJsonWriter writer, string installed, CondaPathEntry path)
    {
        var placeholder = path.Placeholder;
        writer.StartObject();
        writer.String("_path", installed);
        writer.String("file_mode", placeholder is null ? null : placeholder.IsBinary ? "binary" : "text");
        writer.Boolean("no_link", path.IsNoLink ? true : null);
        writer.String("path_type", path.Kind switch
        {
            CondaPathKind.Link => "softlink",
            CondaPathKind.Directory => "directory",
            _ => "hardlink",
        });
        writer.String("prefix_placeholder", placeholder?.Text);
        writer.String("sha256", path.Published?.Hex);
        writer.String("sha256_in_prefix", path.Kind == CondaPathKind.File && placeholder is null ? path.Published?.Hex : null);
        writer.Number("size_in_bytes", path.Size);
        writer.EndObject();
    }

    /// <summary>A URL that ends in the platform, as conda records it.</summary>
    private static string? Channel(LockedCondaPackage? locked)
    {
        if (locked?.Channel is { } channel)
        {
            return Plain(channel);
        }

        var slash = locked?.SafeUrl.LastIndexOf('/') ?? -1;
        return slash > 0 ? Plain(locked!.SafeUrl[..slash]) : null;
    }

    private static string? Words(JsonTree index, string name)
    {
        if (index.TextOf(name) is { } text)
        {
            return text;
        }

        return index.Members!.TryGetValue(name, out var value) && value.Items is { } items
            ? string.Join(' ', items.Select(item => item.Text).OfType<string>())
            : null;
    }

    private static string Plain(string text) => Credentials.Remove(CondaUrl.RemoveCredentials(text));
}
