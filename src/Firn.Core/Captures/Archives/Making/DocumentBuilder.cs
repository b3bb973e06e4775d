using System.Collections.Immutable;
using Firn.Captures.Archives.Planning;
using Firn.Common;

namespace Firn.Captures.Archives.Making;

/// <summary>Puts the document together: the bundles that were made, and what the installation adds to them.</summary>
/// <param name="plan">The plan.</param>
/// <param name="made">What became of each bundle.</param>
internal sealed class DocumentBuilder(ArchivePlan plan, IReadOnlyDictionary<PlannedBundle, MadeBundle> made)
{
    private readonly List<LeftOutFile> _leftOut = [.. plan.LeftOut];

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
            packages.Add(BuildPackage(bundle, texts));
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

    private ArchivedPackage BuildPackage(PlannedBundle planned, List<ArchivedText> texts)
    {
        var bundle = made[planned];
        return new ArchivedPackage
        {
            Kind = planned.Kind,
            Name = planned.Name,
            Version = planned.Version,
            Bundle = bundle.Digest,
            Size = bundle.Size,
            FileCount = bundle.FileCount,
            HasBytecode = bundle.Bytecode is not null,
            Bytecode = bundle.Bytecode,
            Root = planned.Project is null ? string.Empty : $"src/{planned.Name}",
            ProjectPath = planned.Project?.Root,
            Subfolder = planned.Project?.Archive.Subfolder ?? string.Empty,
            Distribution = planned.Distribution is null ? null : BuildDistribution(planned, texts),
            Conda = planned.Conda is null
                ? null
                : new ArchivedCondaPackage
                {
                    Build = planned.Conda.Record.Package.Build,
                    Record = bundle.Record!,
                    AsInstalled = bundle.AsInstalled,
                },
            Edited = bundle.Edited,
        };
    }

    private ArchivedDistribution BuildDistribution(PlannedBundle planned, List<ArchivedText> texts)
    {
        var installerFiles = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var file in planned.InstallerFiles)
        {
            if (Text(planned.Tree, file.File) is { } text)
            {
                var name = file.BundlePath[(file.BundlePath.LastIndexOf('/') + 1)..];
                installerFiles[name] = name == "direct_url.json" ? DirectUrlText.WithoutCredentials(text) : text;
            }
            else if (DocumentTexts.IsDenied(planned.Tree.SourceOf(file.File)))
            {
                NotText(planned.Tree, file.File);
            }
        }

        var launchers = new List<ArchivedLauncher>();
        foreach (var launcher in planned.Launchers)
        {
            if (DocumentTexts.ReadLauncher(planned.Tree, launcher) is { } read)
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
            return DocumentTexts.Read(tree, file);
        }
        catch (FirnException) when (DocumentTexts.IsDenied(tree.SourceOf(file)))
        {
            return null;
        }
    }

    private void NotText(InstalledTree tree, TreeFile file) =>
        _leftOut.Add(DocumentTexts.IsDenied(tree.SourceOf(file))
            ? new LeftOutFile(tree.PathOf(file), TreeLoader.IsDenied, IsMissed: true)
            : new LeftOutFile(tree.PathOf(file), "an installer wrote it, and it is no text"));
}
