using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Captures.Archives;

/// <summary>Writes the archive document (docs/formats/archive.md).</summary>
internal static class ArchiveWriter
{
    /// <summary>The document's bytes, in canonical form.</summary>
    public static byte[] Write(ArchiveDocument archive)
    {
        var json = new CanonicalJsonWriter();
        json.StartObject();
        json.String("schema", ArchiveDocument.Schema);
        if (archive.Base is { } tree)
        {
            json.Name("base");
            WriteTree(json, tree);
        }

        json.Strings("bundles", archive.Bundles.Select(digest => digest.ToString()));
        json.Name("environment");
        WriteTree(json, archive.Environment);
        json.String("environment_id", archive.EnvironmentId);
        json.StartArray("left_out");
        foreach (var file in archive.LeftOut)
        {
            json.StartObject();
            json.Boolean("missed", file.IsMissed ? true : null);
            json.String("path", file.Path);
            json.String("reason", file.Reason);
            json.EndObject();
        }

        json.EndArray();
        json.Strings("objects", archive.Objects.Select(digest => digest.ToString()));
        json.String("platform", archive.Platform);
        json.EndObject();
        return json.WrittenDocument.ToArray();
    }

    private static void WriteTree(CanonicalJsonWriter json, ArchivedTree tree)
    {
        json.StartObject();
        json.String("base_executable", tree.BaseExecutable);
        json.String("cache_tag", tree.CacheTag);
        json.String("executable", tree.Executable);
        json.String("kind", ArchiveWords.Of(tree.Kind));
        json.StartArray("links");
        foreach (var link in tree.Links)
        {
            json.StartObject();
            json.String("path", link.Path);
            json.String("target", link.Target);
            json.EndObject();
        }

        json.EndArray();
        if (!tree.NamesPrefix.IsEmpty)
        {
            json.Strings("names_prefix", tree.NamesPrefix);
        }

        if (!tree.OtherNames.IsEmpty)
        {
            json.Strings("other_names", tree.OtherNames);
        }

        json.StartArray("packages");
        foreach (var package in tree.Packages)
        {
            WritePackage(json, package);
        }

        json.EndArray();
        json.String("prefix", tree.Prefix);
        json.String("python_folder", tree.PythonFolder);
        json.String("python_version", tree.PythonVersion);
        json.Strings("run_path_files", tree.RunPathFiles);
        json.String("site_packages", tree.SitePackages);
        json.StartArray("texts");
        foreach (var text in tree.Texts)
        {
            json.StartObject();
            json.Boolean("executable", text.IsExecutable ? true : null);
            json.String("path", text.Path);
            json.String("text", text.Text);
            json.EndObject();
        }

        json.EndArray();
        json.EndObject();
    }

    private static void WritePackage(CanonicalJsonWriter json, ArchivedPackage package)
    {
        json.StartObject();
        json.String("bundle", package.Bundle.ToString());
        json.Boolean("bytecode", package.HasBytecode ? true : null);
        json.String("bytecode_sha256", package.Bytecode?.ToString());
        if (package.Conda is { } conda)
        {
            WriteConda(json, conda);
        }

        if (package.Distribution is { } distribution)
        {
            WriteDistribution(json, distribution);
        }

        if (!package.Edited.IsEmpty)
        {
            WriteEdited(json, package.Edited);
        }

        json.Number("files", package.FileCount);
        json.String("kind", ArchiveWords.Of(package.Kind));
        json.String("name", package.Name);
        json.String("project_path", package.ProjectPath);
        json.String("root", package.Root.Length > 0 ? package.Root : null);
        json.Number("size", package.Size);
        json.String("subfolder", package.Subfolder.Length > 0 ? package.Subfolder : null);
        json.String("version", package.Version);
        json.EndObject();
    }

    private static void WriteConda(CanonicalJsonWriter json, ArchivedCondaPackage conda)
    {
        json.StartObject("conda");
        json.Strings("as_installed", conda.AsInstalled);
        json.String("build", conda.Build);
        json.String("record", conda.Record.ToString());
        json.EndObject();
    }

    private static void WriteDistribution(CanonicalJsonWriter json, ArchivedDistribution distribution)
    {
        json.StartObject("distribution");
        json.StartObject("installer_files");
        foreach (var file in distribution.InstallerFiles)
        {
            json.String(file.Key, file.Value);
        }

        json.EndObject();
        json.StartArray("launchers");
        foreach (var launcher in distribution.Launchers)
        {
            json.StartObject();
            json.String("body", launcher.Body);
            json.String("interpreter", launcher.Interpreter);
            json.String("path", launcher.Path);
            json.EndObject();
        }

        json.EndArray();
        json.Strings("link_files", distribution.LinkFiles);
        json.String("metadata", distribution.Metadata);
        json.Boolean("record", distribution.HasRecord);
        json.Boolean("records_bytecode", distribution.RecordsBytecode);
        json.EndObject();
    }

    private static void WriteEdited(CanonicalJsonWriter json, ImmutableArray<EditedFile> edited)
    {
        json.StartArray("edited");
        foreach (var file in edited)
        {
            json.StartObject();
            json.String("observed", file.Observed?.ToString());
            json.String("path", file.Path);
            json.String("recorded", file.Recorded);
            json.EndObject();
        }

        json.EndArray();
    }
}
