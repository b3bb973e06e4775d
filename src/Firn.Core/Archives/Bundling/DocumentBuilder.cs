using System.Collections.Immutable;
using System.Text;
using Firn.Archives.Documents;
using Firn.Archives.Plans;
using Firn.Archives.Scanning;
using Firn.Common;
using Firn.Common.Files;
using Firn.Conda.Prefixes;
using Firn.Python.Installation;
using Firn.Python.Interpreters;
using Firn.Python.Metadata;

namespace Firn.Archives.Bundling;

/// <summary>Puts the document together: the bundles that were made, and what the installation adds to them.</summary>
/// <param name="plan">The plan.</param>
/// <param name="made">What became of each bundle.</param>
internal sealed class DocumentBuilder(ArchivePlan plan, IReadOnlyDictionary<PlannedBundle, BundleFacts> made)
{
    private readonly List<SkippedFile> _leftOut = [.. plan.LeftOut];

    public ArchiveDocument Build()
    {
        var trees = plan.Trees.Select(BuildTree).ToList();
        foreach (var bundle in made.Values)
        {
            _leftOut.AddRange(bundle.LeftOut);
        }

        return new ArchiveDocument
        {
            EnvironmentId = plan.Capture.EnvironmentId,
            Platform = plan.Capture.Platform,
            Environment = trees[0],
            Base = trees.Count > 1 ? trees[1] : null,
            LeftOut = [.. _leftOut.DistinctBy(file => file.Path).OrderBy(file => file.Path, StringComparer.Ordinal)],
        };
    }

    private ArchivedTree BuildTree(PlannedTree planned)
    {
        var texts = new List<ArchivedText>();
        foreach (var text in planned.Texts)
        {
            AddText(texts, text);
        }

        var packages = new List<ArchivedPackage>();
        foreach (var bundle in planned.Bundles)
        {
            packages.Add(bundle.Distribution is null
                ? made[bundle].Package
                : made[bundle].Package with { Distribution = BuildDistribution(bundle, texts) });
        }

        return new ArchivedTree
        {
            Kind = planned.Kind,
            Prefix = planned.Prefix,
            OtherNames = [.. planned.Names.Where(name => name != planned.Prefix).Order(StringComparer.Ordinal)],
            PythonVersion = planned.PythonVersion,
            PythonFolder = planned.PythonFolder,
            SitePackages = planned.SitePackages,
            CacheTag = planned.CacheTag,
            Executable = planned.Executable,
            BaseExecutable = planned.BaseExecutable,
            Packages = Sorted(packages),
            Texts = [.. texts.DistinctBy(text => text.Path).OrderBy(text => text.Path, StringComparer.Ordinal)],
            Links = [.. planned.Links.OrderBy(link => link.Path, StringComparer.Ordinal)],
            NamesPrefix = [.. planned.Bundles.SelectMany(bundle => made[bundle].NamesPrefix)
                .Distinct().OrderBy(path => path, StringComparer.Ordinal)],
            RunPathFiles = [.. planned.Bundles.SelectMany(bundle => made[bundle].RunPathFiles)
                .Distinct().OrderBy(path => path, StringComparer.Ordinal)],
        };
    }

    private static ImmutableArray<ArchivedPackage> Sorted(List<ArchivedPackage> packages) =>
        [.. packages.OrderBy(package => (int)package.Kind)
            .ThenBy(package => package.Name, StringComparer.Ordinal)
            .ThenBy(package => package.Bundle.Hex, StringComparer.Ordinal)];

    private ArchivedDistribution BuildDistribution(PlannedBundle planned, List<ArchivedText> texts)
    {
        var installerFiles = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var file in planned.InstallerFiles)
        {
            if (Text(planned.Tree, file.File) is { } text)
            {
                var name = file.BundlePath[(file.BundlePath.LastIndexOf('/') + 1)..];
                installerFiles[name] = name == "direct_url.json" ? DirectUrlWriter.WithoutCredentials(text) : text;
            }
            else if (DocumentTextReader.IsDenied(planned.Tree.SourceOf(file.File)))
            {
                NotText(planned.Tree, file.File);
            }
        }

        var launchers = new List<ArchivedLauncher>();
        foreach (var launcher in planned.Launchers)
        {
            if (DocumentTextReader.ReadLauncher(planned.Tree, launcher) is { } read)
            {
                launchers.Add(read);
            }
            else
            {
                NotText(planned.Tree, launcher.File);
            }
        }

        var site = planned.MetadataPath![..(planned.MetadataPath!.LastIndexOf('/') + 1)];
        var linkFiles = new List<string>();
        foreach (var link in planned.LinkFiles)
        {
            if (AddText(texts, new PlannedText(link.BundlePath, link.File, planned.Tree)))
            {
                linkFiles.Add(link.BundlePath.StartsWith(site, StringComparison.Ordinal)
                    ? link.BundlePath[site.Length..]
                    : link.BundlePath);
            }
        }

        return new ArchivedDistribution
        {
            Metadata = planned.MetadataPath[site.Length..],
            InstallerFiles = installerFiles.ToImmutable(),
            Launchers = [.. launchers.OrderBy(launcher => launcher.Path, StringComparer.Ordinal)],
            LinkFiles = [.. linkFiles.Where(path => !path.StartsWith("bin/", StringComparison.Ordinal))
                .OrderBy(path => path, StringComparer.Ordinal)],
            HasRecord = planned.HasRecord,
            RecordsBytecode = planned.RecordsBytecode,
        };
    }

    private bool AddText(List<ArchivedText> texts, PlannedText planned)
    {
        if (Text(planned.Tree, planned.File) is { } text)
        {
            texts.Add(new ArchivedText(planned.Path, text, planned.File.Stat.IsExecutable));
            return true;
        }

        NotText(planned.Tree, planned.File);
        return false;
    }

    private static string? Text(InstalledTree tree, TreeFile file)
    {
        try
        {
            return DocumentTextReader.Read(tree, file);
        }
        catch (FirnException) when (DocumentTextReader.IsDenied(tree.SourceOf(file)))
        {
            return null;
        }
    }

    private void NotText(InstalledTree tree, TreeFile file) =>
        _leftOut.Add(DocumentTextReader.IsDenied(tree.SourceOf(file))
            ? new SkippedFile(tree.PathOf(file), TreeLoader.IsDenied, IsMissed: true)
            : new SkippedFile(tree.PathOf(file), "an installer wrote it, and it is not text"));
}

/// <summary>Reads the files whose text goes into the document.</summary>
internal static class DocumentTextReader
{
    /// <summary>More than any launcher, activation script or <c>.pth</c> file has.</summary>
    private const int Limit = 4 * 1024 * 1024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The text with tokens for the folders; <see langword="null"/> where the file is not a text.</summary>
    public static string? Read(InstalledTree tree, TreeFile file)
    {
        var content = ConsistentRead.Whole(tree.SourceOf(file), Limit);
        if (content.Status == FileReadStatus.TooLarge)
        {
            return null;
        }

        if (!content.IsComplete)
        {
            throw new FirnException($"cannot read {tree.PathOf(file)}: {content.Reason}", "check its permissions");
        }

        var bytes = file.Path == "conda-meta/history" ? CondaHistoryCredentials.WithoutCredentials(content.Bytes) : content.Bytes;
        if (file.Path.EndsWith(".pth", StringComparison.Ordinal))
        {
            bytes = WithCleanPaths(bytes, Path.GetDirectoryName(tree.PathOf(file))!, tree.AddedPaths);
        }

        var tokens = file.Path == PyvenvConfiguration.FileName ? tree.ConfigurationTokens : tree.TextTokens;
        var replaced = PrefixText.Replace(bytes, tokens);
        return Decode(replaced is null ? bytes : replaced.Content);
    }

    /// <summary>Whether a file is kept from whoever archives.</summary>
    public static bool IsDenied(string path)
    {
        using var opened = BoundedFile.Open(path, out var status);
        return status == FileReadStatus.Denied;
    }

    /// <summary>A launcher: what follows the lines that name the interpreter, or all of it where they are not known.</summary>
    public static ArchivedLauncher? ReadLauncher(InstalledTree tree, PlannedMember launcher)
    {
        var content = ConsistentRead.Whole(tree.SourceOf(launcher.File), Limit);
        if (!content.IsComplete)
        {
            return null;
        }

        var line = tree.LauncherInterpreters.Read(content.Bytes);
        var body = Decode(line is null ? content.Bytes : content.Bytes[line.BodyStart..]);
        return body is null
            ? null
            : new ArchivedLauncher(launcher.BundlePath, line is null ? null : "bin/" + line.Interpreter, body);
    }

    /// <summary>
    /// The lines of a <c>.pth</c> file with the folders outside of the prefix absolute and clean, so that tokens can stand
    /// for them: <c>../../../dev/project</c> leads elsewhere from another prefix.
    /// </summary>
    private static ReadOnlySpan<byte> WithCleanPaths(ReadOnlySpan<byte> bytes, string folder, IReadOnlySet<string> added)
    {
        if (added.Count == 0)
        {
            return bytes;
        }

        var text = new StringBuilder();
        var isChanged = false;
        var rest = Encoding.UTF8.GetString(bytes).AsSpan();
        while (rest.Length > 0)
        {
            var end = rest.IndexOf('\n');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? [] : rest[(end + 1)..];
            var path = PythonPaths.TrimEnd(line);
            var isPath = path.Length > 0 && path[0] != '#' && !path.StartsWith("import ", StringComparison.Ordinal)
                && !path.StartsWith("import\t", StringComparison.Ordinal);
            if (isPath && PythonPaths.Absolute(folder, path.ToString()) is { } full && added.Contains(full)
                && !path.SequenceEqual(full))
            {
                text.Append(full);
                isChanged = true;
            }
            else
            {
                text.Append(line);
            }

            text.Append(end < 0 ? string.Empty : "\n");
        }

        return isChanged ? Encoding.UTF8.GetBytes(text.ToString()) : bytes;
    }

    private static string? Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IndexOf((byte)0) >= 0)
        {
            return null;
        }

        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
