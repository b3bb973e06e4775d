using System.Collections.Immutable;
using System.Globalization;
using Firn.Archives;
using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Json;
using Firn.Images.Assembly;
using Firn.Images.Transfers;
using Firn.Projects;
using Firn.Restore.Planning;
using Firn.Restore.Unpacking;
using Firn.Storage;

namespace Firn.Workflows.Images;

/// <summary>Which environment to put into an image, and how.</summary>
public sealed record AssembleImageRequest
{
    /// <summary>The prefix in the image, unless another is asked for.</summary>
    public const string UsualPrefix = "/opt/env";

    /// <summary>
    /// A capture's folder or its <c>environment.json</c>, an environment id or the start of its digits, a run
    /// <c>SUBJECT/NAME[@N]</c>; or an environment, a prefix or a python executable, which is archived first.
    /// </summary>
    public required string Capture { get; init; }

    /// <summary>
    /// The image below: <c>HOST/NAME:TAG</c> of a registry, <c>oci:DIR[:TAG]</c> or <c>docker-archive:FILE[:NAME:TAG]</c>;
    /// <see langword="null"/> for none.
    /// </summary>
    public string? Base { get; init; }

    /// <summary>Where to: <c>oci:DIR[:TAG]</c>, <c>docker-archive:FILE[:NAME:TAG]</c>, <c>sif:FILE</c>, or <c>HOST/NAME:TAG</c> of a registry.</summary>
    public required string Output { get; init; }

    /// <summary>Where the environment is in the image: absolute, of letters, digits and <c>. _ - /</c>.</summary>
    public string Prefix { get; init; } = UsualPrefix;

    /// <summary>What always runs in it; empty for what the image below says.</summary>
    public ImmutableArray<string> Entrypoint { get; init; } = [];

    /// <summary>What runs unless told; empty for what the image below says, else the environment's Python.</summary>
    public ImmutableArray<string> Command { get; init; } = [];

    /// <summary>Whether the image is made though the one below lacks something; each lack is a problem then.</summary>
    public bool TakesAnyBase { get; init; }

    /// <summary>
    /// Whether, in place of a base, the libraries of this machine come along that the environment needs; they must be those that
    /// were captured.
    /// </summary>
    public bool WithHostLibraries { get; init; }

    /// <summary>How registries may be asked.</summary>
    public RegistryAccess Registry { get; init; } = new();

    /// <summary>The store's folder; <see langword="null"/> for the usual one.</summary>
    public string? Store { get; init; }

    /// <summary>The folder of the project whose store is meant; <see langword="null"/> for the current one.</summary>
    public string? Project { get; init; }
}

/// <summary>An image that was put together.</summary>
public sealed record AssembleImageResult
{
    private const string Schema = "firn.assembled/1";

    /// <summary>The environment.</summary>
    public required string EnvironmentId { get; init; }

    /// <summary>Where it is in the image.</summary>
    public required string Prefix { get; init; }

    /// <summary>Where the image is, as it was asked for.</summary>
    public required string Output { get; init; }

    /// <summary>The digest of its manifest: the same for the same environment, base and prefix.</summary>
    public required string Digest { get; init; }

    /// <summary>For example <c>linux/amd64</c>.</summary>
    public required string Platform { get; init; }

    /// <summary>How many layers it has, those of the base among them.</summary>
    public required int LayerCount { get; init; }

    /// <summary>How many layers were made now, and not before.</summary>
    public required int MadeCount { get; init; }

    /// <summary>Bytes of all layers, as they lie there.</summary>
    public required long Size { get; init; }

    /// <summary>How many blobs were written to where the image is, and were not there.</summary>
    public required int BlobsSent { get; init; }

    /// <summary>The bytes of those.</summary>
    public required long BytesSent { get; init; }

    /// <summary>What its user should know.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];

    /// <summary>Writes it as a document, <c>firn.assembled/1</c>.</summary>
    public void WriteJson(Stream stream)
    {
        var json = CanonicalJsonWriter.Document(Schema);
        json.Number("blobs_sent", BlobsSent);
        json.Number("bytes_sent", BytesSent);
        json.String("digest", Digest);
        json.String("environment_id", EnvironmentId);
        json.Number("layers", LayerCount);
        json.Number("layers_made", MadeCount);
        json.String("output", Output);
        json.String("platform", Platform);
        json.String("prefix", Prefix);
        ProblemsJson.Write(json, Problems);
        json.Number("size", Size);
        stream.Write(json.Finish());
    }
}

/// <summary>Puts an image together from an archived environment, without an engine and without root.</summary>
/// <param name="systemContext">Variables, home and current folder.</param>
public sealed class AssembleImage(SystemContext systemContext)
{
    private const string EpochVariable = "SOURCE_DATE_EPOCH";

    /// <summary>Assembles.</summary>
    /// <param name="request">What, and where to.</param>
    /// <param name="observer">Is told how far it is, and what is in the way.</param>
    /// <param name="cancellation">Ends it; nothing is named then that is not whole.</param>
    /// <exception cref="FirnException">It is not archived, does not fit on the base, or cannot be written.</exception>
    public AssembleImageResult Run(AssembleImageRequest request, IWorkObserver? observer = null, CancellationToken cancellation = default)
    {
        CheckPrefix(request.Prefix);
        if (request is { WithHostLibraries: true, Base: not null })
        {
            throw new FirnException(
                $"{RequestSetting.WithHostLibraries} stands for a base, and {request.Base} is one", $"leave out either {RequestSetting.WithHostLibraries} or {RequestSetting.Base}", FailureKind.InvalidRequest);
        }

        var place = ImageLocation.Parse(request.Output, systemContext.CurrentDirectory, mustExist: false);
        if (place is ImageLocation.InRegistry { Reference.Host: null })
        {
            throw new FirnException(
                $"'{request.Output}' says neither a folder nor a registry", "name a folder oci:DIR:TAG, a file docker-archive:FILE:NAME:TAG, sif:FILE, or HOST/NAME:TAG", FailureKind.InvalidRequest);
        }

        var (store, archive) = Archive(request, observer, cancellation);
        var document = CanonicalInstallation.Of(archive.Document);
        var plan = new RestorePlanner(store, systemContext).Plan(
            archive with { Document = document }, new RestoreRequest { Prefix = request.Prefix, IsForImage = true });
        using var below = OpenBase(request, ImageConfiguration.ArchitectureOf(document.Platform), cancellation);
        var files = BaseSummary.Of(below, request.Prefix, CacheFolder.Of(systemContext, "bases"), cancellation);
        var (libraries, notes) = Check(request, plan, below, files, observer);
        var assembler = new ImageAssembler(store, plan, below, files, LayerCache.Of(systemContext));
        AssembledImage image;
        using (observer?.Begin(WorkStep.Assembling, new WorkCounts(0, plan.Size), () => new WorkCounts(0, assembler.BytesDone)))
        {
            image = assembler.Run(
                new ImageConfiguration
                {
                    Document = document,
                    Prefix = request.Prefix,
                    Created = Created(),
                    Layers = [],
                    Entrypoint = request.Entrypoint,
                    Command = request.Command,
                },
                libraries,
                cancellation);
        }

        var copied = new CopyImage(systemContext).Run(
            new AssembledSource(image, below, $"the image of {request.Capture}"), place, request.Registry, observer, cancellation);

        return new AssembleImageResult
        {
            EnvironmentId = document.EnvironmentId,
            Prefix = request.Prefix,
            Output = request.Output,
            Digest = copied.Digest,
            Platform = image.Platform.ToString(),
            LayerCount = image.Layers.Length,
            MadeCount = image.Added.Count(static layer => !layer.WasThere),
            BlobsSent = copied.BlobsSent,
            BytesSent = copied.BytesSent,
            Size = image.Layers.Sum(static layer => layer.Blob.Size),
            Problems = ProblemList.Sorted([.. plan.Notes, .. notes, .. image.Added.SelectMany(static layer => layer.Problems)]),
        };
    }

    private BaseImage OpenBase(AssembleImageRequest request, string architecture, CancellationToken cancellation)
    {
        if (request.Base is null)
        {
            return BaseImage.Nothing(architecture);
        }

        var source = CopyImage.Open(
            ImageLocation.Parse(request.Base, systemContext.CurrentDirectory, mustExist: true), request.Registry, systemContext, cancellation);
        try
        {
            return BaseImage.Of(source, architecture, cancellation);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>The archive that is meant; of an environment, the one that is made of it now.</summary>
    private (Store Store, LocatedArchive Archive) Archive(AssembleImageRequest request, IWorkObserver? observer, CancellationToken cancellation)
    {
        var folder = ProjectStore.LocateAnywhere(request.Store, request.Project, systemContext);
        var named = request.Capture;
        if (IsEnvironment(named))
        {
            var made = new CaptureEnvironment(systemContext).Run(
                new CaptureEnvironmentRequest
                {
                    Environment = new Captures.InspectionRequest { Environment = named },
                    Archive = new ArchiveEnvironmentOptions { Store = folder, WithInterpreter = true },
                },
                observer,
                cancellation);
            observer?.Tell(new WorkNotice.Met(made.Archive!.Problems));
            named = made.Inspection.Capture.EnvironmentId;
        }

        var store = Store.Open(folder);
        return (store, new ArchiveLocator(store.InProject(ProjectIdentity.Find(request.Project, systemContext)), systemContext).Locate(named));
    }

    private bool IsEnvironment(string text)
    {
        var path = Path.GetFullPath(text, systemContext.CurrentDirectory);
        return Directory.Exists(path)
            ? !File.Exists(Path.Join(path, Captures.Documents.Capture.FileName))
                && (File.Exists(Path.Join(path, "pyvenv.cfg")) || Directory.Exists(Path.Join(path, "conda-meta")) || File.Exists(Path.Join(path, "bin", "python3")))
            : File.Exists(path) && Path.GetFileName(path).StartsWith("python", StringComparison.Ordinal);
    }

    private static (HostLibraries? Libraries, ImmutableArray<Problem> Notes) Check(
        AssembleImageRequest request, RestorePlan plan, BaseImage below, BaseSummary files, IWorkObserver? observer)
    {
        var obstacles = plan.Obstacles;
        if (files.IsTaken)
        {
            obstacles = obstacles.Add($"{below.Name} has something at {request.Prefix}: {RequestSetting.ImagePrefix} names another folder");
        }

        var missing = ImmutableArray.CreateBuilder<MessageText>();
        var libraries = request.WithHostLibraries && plan.Capture is { } capture ? HostLibraries.Find(capture, missing) : null;
        obstacles = obstacles.AddRange(missing);
        var lacks = BaseChecks.Obstacles(plan.Archive.Document, plan.Capture, below, files, request.WithHostLibraries);
        if (!request.TakesAnyBase)
        {
            obstacles = obstacles.AddRange(lacks);
        }

        if (!obstacles.IsEmpty)
        {
            observer?.Tell(new WorkNotice.Obstacles(plan.Archive.Document.EnvironmentId, request.Prefix, obstacles));
            throw new FirnException(
                $"cannot assemble an image on {below.Name}: {CountText.Of(obstacles.Length, "obstacle")}", Hint(lacks.IsEmpty, request.Base is null));
        }

        return (libraries,
        [
            .. lacks.Select(static lack => new Problem("base-lacks", null, lack.ToString())),
            .. request.WithHostLibraries ? [] : BaseChecks.OptionalLacks(plan.Capture, below, files),
        ]);
    }

    private static MessageText Hint(bool isOfEnvironment, bool hasNoBase)
    {
        if (isOfEnvironment)
        {
            return "nothing was written; fix the problems above and assemble again";
        }

        if (hasNoBase)
        {
            return $"nothing was written; name a base image, {RequestSetting.Base}, or take this machine's libraries along, {RequestSetting.WithHostLibraries}";
        }

        return $"nothing was written; name a base image that has them, {RequestSetting.Base}, or go on without, {RequestSetting.TakesAnyBase}";
    }

    private string Created()
    {
        if (systemContext.Variable(EpochVariable) is not { } text)
        {
            return Format(FileTimes.Usual);
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= 253402300799
            ? Format(seconds)
            : throw new FirnException($"{EpochVariable} is '{text}', which is no number of seconds", "set it to seconds since 1970, or unset it", FailureKind.InvalidRequest);

        static string Format(long seconds) => TimeText.Of(DateTimeOffset.FromUnixTimeSeconds(seconds));
    }

    private static void CheckPrefix(string prefix)
    {
        if (!prefix.StartsWith('/') || prefix.Length < 2 || prefix.Split('/')[1..].Any(static part =>
            part.Length == 0 || part is "." or ".." || !part.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')))
        {
            throw new FirnException(
                $"'{prefix}' cannot be a prefix in an image", "name an absolute folder of letters, digits, dots, hyphens and underscores: /opt/env", FailureKind.InvalidRequest);
        }
    }
}
