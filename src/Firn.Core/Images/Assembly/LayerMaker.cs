using System.Collections.Immutable;
using System.Text;
using Firn.Archives.Documents;
using Firn.Captures.Verification;
using Firn.Common;
using Firn.Common.Tar;
using Firn.Host.Binaries;
using Firn.Restore.Finishing;
using Firn.Restore.Planning;
using Firn.Restore.Unpacking;
using Firn.Restore.Writing;
using Firn.Storage;

namespace Firn.Images.Assembly;

/// <summary>Makes the layers of an environment, each of its bundles and of nothing else.</summary>
/// <param name="store">Where the bundles are.</param>
/// <param name="plan">The environment, in the form that images have.</param>
/// <param name="owners">Whose each path is.</param>
/// <param name="root">Where the prefix is in the image, links followed, without a slash at either end.</param>
/// <param name="below">What the image below has at a path.</param>
internal sealed class LayerMaker(Store store, RestorePlan plan, PathOwners owners, string root, Func<string, TarEntry?> below)
{
    private const int OutputLength = 256 * 1024;
    private readonly HashSet<string> _relocated = RunPathRelocation.PossiblePaths(plan);
    private readonly List<RunPathMove> _moves = RunPathMoves.Of(plan);

    /// <summary>The files and links of an installation that no package brings, relative to the prefix.</summary>
    public static IEnumerable<(string Path, bool IsLink)> OwnPaths(RestorePlan plan) =>
        InstallationWriter.PathsOf(plan).Append(RestoreNote.FileName).Select(static path => (path, false))
            .Concat(SymlinkWriter.OfInstallation(plan).Select(static link => (link.Path, true)));

    /// <summary>All that decides the bytes of a layer, as a digest.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="relocated">For the installation's own layer: what the note says.</param>
    public Sha256Digest KeyOf(LayerPlan layer, ImmutableArray<RelocatedFile> relocated)
    {
        var text = new StringBuilder();
        text.Append(LayerStream.PieceLength).Append(' ').Append(PieceCompressor.Level).Append('\n');
        text.Append(plan.Request.Prefix).Append('\n').Append(root).Append('\n');
        for (var end = root.Length; end > 0; end = root.LastIndexOf('/', end - 1))
        {
            text.Append(below(root[..end])).Append('\n');
        }

        foreach (var owner in layer.Jobs.IsEmpty ? [PathOwners.Installation] : layer.Jobs)
        {
            text.AppendJoin('\n', owners.LostBy(owner)).Append('\n');
        }

        var members = layer.Jobs.Select(i => plan.Jobs[i]).ToList();
        var hasTexts = members.Count == 0 || members.Exists(static job => job.Package.Distribution is { LinkFiles.Length: > 0 });
        var document = plan.Archive.Document;
        document = document with
        {
            EnvironmentId = members.Count == 0 ? document.EnvironmentId : string.Empty,
            Environment = Only(document.Environment),
            Base = document.Base is { } tree ? Only(tree) : null,
        };
        foreach (var file in relocated)
        {
            text.Append(file).Append('\n');
        }

        text.Append(Encoding.UTF8.GetString(ArchiveWriter.Write(document)));
        return Sha256Digest.Of(Encoding.UTF8.GetBytes(text.ToString()));

        // Projects stay in all of them: they are what stands for tokens in the texts of others.
        ArchivedTree Only(ArchivedTree tree) => tree with
        {
            Packages = [.. tree.Packages.Where(package => package.Kind == ArchivedPackageKind.Project || members.Exists(job => ReferenceEquals(job.Package, package)))],
            Texts = hasTexts ? tree.Texts : [],
            Links = members.Count == 0 ? tree.Links : [],
            Prefix = tree.RunPathFiles.IsEmpty ? "/" : tree.Prefix,
        };
    }

    /// <summary>Writes a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="relocated">For the installation's own layer: what the note says.</param>
    /// <param name="scratch">A folder of this layer's own.</param>
    /// <param name="journal">Gets what comes beside the files.</param>
    /// <param name="output">Takes the compressed tar.</param>
    /// <param name="compressor">Compresses pieces.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="FirnException">A bundle is missing or damaged.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public AssembledLayer Write(
        LayerPlan layer, ImmutableArray<RelocatedFile> relocated, string scratch, RestoreJournal journal, Stream output, PieceCompressor compressor, CancellationToken cancellation)
    {
        using var stream = new LayerStream(output, compressor);
        var tar = new LayerTar(new OutputBuffer(new byte[OutputLength], stream), below);
        using var folders = new TreeFolders(scratch, plan.Request.Prefix);
        using var writer = new TreeWriter(folders, isReadOnly: false);
        if (layer.Jobs.IsEmpty)
        {
            WriteInstallation(tar, writer, journal, relocated);
        }

        foreach (var owner in layer.Jobs)
        {
            WritePackage(tar, writer, owner, journal, cancellation);
        }

        tar.Finish();
        return new AssembledLayer
        {
            Bytes = stream.Finish(),
            File = string.Empty,
            Relocated = [.. journal.Relocated.OrderBy(static file => file.Path, StringComparer.Ordinal)],
            Problems = ProblemList.Sorted(journal.Problems),
        };
    }

    private void WritePackage(LayerTar tar, TreeWriter scratch, int owner, RestoreJournal journal, CancellationToken cancellation)
    {
        var job = plan.Jobs[owner];
        using var files = Files(tar, scratch, owner, journal, holdsSources: job.Package.Kind == ArchivedPackageKind.Conda);
        var package = new PackageWriter(job, files, journal);
        var before = journal.Links.Count;
        BundleUnpacker.Unpack(store, job, package, cancellation);
        package.Finish();
        files.WriteSources();
        new SymlinkWriter(plan, journal).Make(SymlinkWriter.Sorted([.. journal.Links.Skip(before)]), files.TryLink);
    }

    private void WriteInstallation(LayerTar tar, TreeWriter scratch, RestoreJournal journal, ImmutableArray<RelocatedFile> relocated)
    {
        using var files = Files(tar, scratch, PathOwners.Installation, journal, holdsSources: false);
        tar.Folder(root);
        new InstallationWriter(plan, journal).Write(files);
        var note = new RestoreNote
        {
            EnvironmentId = plan.Archive.Document.EnvironmentId,
            LinkMode = "copy",
            Prefix = plan.Request.Prefix,
            Relocated = relocated,
        };
        files.TryWrite(RestoreNote.FileName, isExecutable: false, note.Write(), FileTimes.Usual);
        var links = SymlinkWriter.Sorted([.. SymlinkWriter.OfInstallation(plan)]);
        foreach (var folder in SymlinkWriter.LayoutFolders(plan, links))
        {
            files.MakeFolder(folder);
        }

        new SymlinkWriter(plan, journal).Make(links, files.TryLink);
    }

    private LayerFiles Files(LayerTar tar, TreeWriter scratch, int owner, RestoreJournal journal, bool holdsSources)
    {
        var relocation = new RunPathRelocation(plan, journal);
        return new LayerFiles(tar, root, holdsSources, scratch, path => owners.IsOf(owner, path), path => !_relocated.Contains(path) ? null : file =>
        {
            if (relocation.Relocate(file, path, _moves) is { } changed)
            {
                journal.AddRelocated(changed);
            }
        });
    }
}
