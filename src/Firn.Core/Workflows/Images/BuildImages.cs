using System.Collections.Immutable;
using System.Globalization;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Common.Files;
using Firn.Images;
using Firn.Images.Building;
using Firn.Images.Engines;
using Firn.Images.Installations;
using Firn.Projects;

namespace Firn.Workflows.Images;

/// <summary>Which images of an installation to build, and how.</summary>
public sealed record BuildImagesRequest
{
    /// <summary>Which installation, and by which engine.</summary>
    public InstallationSelection Selection { get; init; } = new();

    /// <summary>Whether generic images are built; <see langword="null"/> for the default: yes.</summary>
    public bool? Generic { get; init; }

    /// <summary>Whether the user's images are built; <see langword="null"/> for the default: where there is a <c>.env</c> of a user that is not root.</summary>
    public bool? User { get; init; }

    /// <summary>Which of the two; none for both.</summary>
    public ImageStage? Stage { get; init; }

    /// <summary>Whether files of the installation may be uncommitted; the images get no tag of a commit then.</summary>
    public bool AllowsUncommitted { get; init; }

    /// <summary>For example <c>linux/arm64</c>; <see langword="null"/> for this machine's.</summary>
    public string? Platform { get; init; }

    /// <summary>A <c>pip.conf</c> that building may read and no layer keeps.</summary>
    public string? PipConfiguration { get; init; }

    /// <summary>The network of building steps, for example <c>host</c>.</summary>
    public string? Network { get; init; }

    /// <summary>Whether the base image is asked for anew.</summary>
    public bool Pulls { get; init; }

    /// <summary>The store that keeps the captures of the images; <see langword="null"/> for the usual one.</summary>
    public string? Store { get; init; }

    /// <summary>firn as one file, which captures inside images; <see langword="null"/> to capture nothing.</summary>
    public string? Program { get; init; }
}

/// <summary>An image that was built.</summary>
/// <param name="Names">Its names with their tags.</param>
/// <param name="EnvironmentId">What is in it; <see langword="null"/> where it was not captured.</param>
/// <param name="Run">Where the store keeps its capture, <c>SUBJECT/NAME@N</c>.</param>
public sealed record BuiltImage(ImmutableArray<string> Names, string? EnvironmentId, string? Run);

/// <summary>What was built.</summary>
/// <param name="Engine">By which engine, with its version.</param>
/// <param name="Images">The images, generic ones first.</param>
public sealed record BuildImagesResult(string Engine, ImmutableArray<BuiltImage> Images);

/// <summary>
/// Builds the images of an installation. All generic images are whole before the first is tagged, and so are the user's:
/// a build that fails, is killed or cancelled leaves the tags as they were.
/// </summary>
/// <param name="systemContext">Variables, home and current folder.</param>
/// <param name="clock">Gives the time in labels; the system's own if <see langword="null"/>.</param>
public sealed class BuildImages(SystemContext systemContext, TimeProvider? clock = null)
{
    /// <summary>Builds.</summary>
    /// <param name="request">What.</param>
    /// <param name="observer">Is told what the engine prints.</param>
    /// <param name="cancellation">Ends the engine.</param>
    /// <exception cref="FirnException">There is no engine or installation, files are uncommitted, or a step fails.</exception>
    public BuildImagesResult Run(BuildImagesRequest request, IWorkObserver? observer = null, CancellationToken cancellation = default)
    {
        var installation = request.Selection.Find(systemContext, cancellation);
        var isRoot = installation.Settings["USRID"] == "0";
        var withUser = request.User ?? (request.Generic is null && installation.EnvFile is not null && !isRoot);
        Refuse(installation, request.User == true, isRoot);
        var commit = InstallationCommit.Read(installation, systemContext);
        if (!commit.Changed.IsEmpty && !request.AllowsUncommitted)
        {
            throw new FirnException(
                $"the installation has uncommitted changes: {ShortList.Of(commit.Changed, ", ")}",
                "commit them, so that the tags say what the images were built from, or allow them: then no tag names the commit",
                FailureKind.InvalidRequest);
        }

        var engine = request.Selection.FindEngine(installation, runs: false, systemContext, cancellation);
        PlaceProgram(installation, request.Program);
        var work = new Work(installation, engine, commit, request, observer, systemContext, clock ?? TimeProvider.System, cancellation);
        var built = ImmutableArray.CreateBuilder<BuiltImage>();
        if (request.Generic ?? (request.User is null))
        {
            built.AddRange(work.Build(isUser: false));
        }

        if (withUser)
        {
            built.AddRange(work.Build(isUser: true));
        }

        return new BuildImagesResult(engine.Name, built.ToImmutable());
    }

    private static void Refuse(Installation installation, bool wantsUser, bool isRoot)
    {
        if (installation.EnvFile?.Problems is [var problem, ..])
        {
            throw new FirnException($"{problem.Path}: {problem.Message}", "write KEY=VALUE, or a comment that begins with #", FailureKind.InvalidRequest);
        }

        if (wantsUser && installation.EnvFile is null)
        {
            throw new FirnException(
                $"{installation.Name} has no {EnvFile.FileName}, which says whose the user's images are", "`firn image env` writes it", FailureKind.InvalidRequest);
        }

        if (wantsUser && isRoot)
        {
            throw new FirnException(
                "the user of the images would be root, which the generic ones have", "set USR and USRID in .env, or run the generic images", FailureKind.InvalidRequest);
        }
    }

    /// <summary>The images get the very firn that builds them: for building from scratch, and to freeze inside.</summary>
    private static void PlaceProgram(Installation installation, string? program)
    {
        if (program is null || installation.Origin != InstallationOrigin.Firn)
        {
            return;
        }

        var place = Path.Join(installation.Folder, "firn");
        var (from, to) = (new FileInfo(program), new FileInfo(place));
        if (!to.Exists || to.Length != from.Length || to.LastWriteTimeUtc != from.LastWriteTimeUtc)
        {
            File.Copy(program, place, overwrite: true);
            File.SetLastWriteTimeUtc(place, from.LastWriteTimeUtc);
        }
    }

    /// <summary>One call.</summary>
    private sealed class Work(
        Installation installation,
        ContainerEngine engine,
        InstallationCommit commit,
        BuildImagesRequest request,
        IWorkObserver? observer,
        SystemContext systemContext,
        TimeProvider clock,
        CancellationToken cancellation)
    {
        private const int MaxDockerfile = 1024 * 1024;

        private readonly ImageBuilder _builder = new(engine, line => observer?.Tell(new WorkNotice.Output(line)));
        private readonly string _mark = $"firn-{Guid.NewGuid():N}";

        public ImmutableArray<BuiltImage> Build(bool isUser)
        {
            var images = installation.Images.Where(image => image.IsUser == isUser && (request.Stage is null || !installation.HasDevImage || image.Stage == request.Stage)).ToList();
            if (images.Count == 0)
            {
                throw new FirnException(
                    $"{installation.Name} has no service that builds {(isUser ? "user's" : "generic")} images",
                    "its compose.yaml should have image-run-root, image-dev-root, image-run-user and image-dev-user");
            }

            var names = images.Select((image, number) => image.Reference.WithTag($"{_mark}-{number}")).ToList();
            try
            {
                for (var i = 0; i < images.Count; i++)
                {
                    observer?.Tell(new WorkNotice.Remark($"building {images[i].Reference} with {engine.Name}"));
                    _builder.Build(BuildOf(images[i]), names[i], images[i].Reference.ToString(), cancellation);
                }

                var captures = isUser ? images.ConvertAll(static _ => default(Kept?)) : [.. images.Zip(names, Keep)];
                for (var i = 0; i < images.Count; i++)
                {
                    Describe(images[i], names[i], captures[i]);
                }

                return [.. images.Select((image, i) => Publish(image, names[i], captures[i]))];
            }
            finally
            {
                names.ForEach(engine.Untag);
            }
        }

        private ImageBuild BuildOf(InstallationImage image)
        {
            var service = image.Service;
            var dockerfile = service.Dockerfile ?? Path.Join(installation.Folder, "Dockerfile");
            var text = BoundedFile.ReadText(dockerfile, MaxDockerfile)
                ?? throw new FirnException($"{dockerfile} cannot be read", $"the service {service.Name} of compose.yaml names it");

            return new ImageBuild
            {
                Dockerfile = text,
                Context = service.Context ?? installation.Folder,
                Target = service.Target,
                Arguments = service.Arguments,
                Labels = Labels(service),
                Platform = request.Platform,
                Network = request.Network,
                Pulls = request.Pulls && !image.IsUser,
                Secrets = request.PipConfiguration is { } file
                    ? ImmutableSortedDictionary<string, string>.Empty.Add("pip.conf", Path.GetFullPath(file, systemContext.CurrentDirectory))
                    : ImmutableSortedDictionary<string, string>.Empty,
            };
        }

        private ImmutableSortedDictionary<string, string> Labels(ComposeService service)
        {
            var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
            labels[ImageLabels.Platform] = installation.Platform;
            void Add(string key, string? value)
            {
                if (value is { Length: > 0 })
                {
                    labels[key] = value;
                }
            }

            Add(ImageLabels.Title, installation.Setting("PROJECT_NAME"));
            Add(ImageLabels.BaseName, service.Arguments.GetValueOrDefault("BASE_IMAGE"));
            Add(ImageLabels.Source, InstallationCommit.Remote(installation, systemContext));
            return labels.ToImmutable();
        }

        /// <summary>Captures the environment of an image and keeps the capture in the store.</summary>
        private Kept? Keep(InstallationImage image, ImageReference name)
        {
            if (request.Program is null)
            {
                return null;
            }

            var folder = Directory.CreateTempSubdirectory("firn-image-");
            try
            {
                var capture = new ImageCapturer(engine, request.Program).Capture(name.ToString(), installation.EnvironmentPrefix, folder.FullName, cancellation);
                var analysis = $"image/{installation.Setting("PROJECT_NAME") ?? "project"}-{installation.Platform}-{image.Stage.ToString().ToLowerInvariant()}";
                var files = Directory.EnumerateFiles(folder.FullName).Order(StringComparer.Ordinal).ToList();
                var store = new StoreSelection
                {
                    Store = request.Store is null ? null : Path.GetFullPath(request.Store, systemContext.CurrentDirectory),
                    Project = File.Exists(Path.Join(installation.ProjectFolder, Project.FileName)) ? installation.ProjectFolder : null,
                };
                var stored = new StoredResults(systemContext with { CurrentDirectory = folder.FullName }, store).Add(
                    new AddResultsRequest { Analysis = analysis, Paths = files.ConvertAll(static file => Path.GetFileName(file)) },
                    cancellation: cancellation);
                return new Kept(capture, stored.Run.Reference);
            }
            catch (FirnException failure) when (installation.Origin == InstallationOrigin.Template)
            {
                // A checkout of the template may have bases in which this firn does not run: its images are built all the same.
                observer?.Tell(new WorkNotice.Warning($"the environment was not captured: {failure.Message}"));
                return null;
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }

        /// <summary>Gives an image the labels that change from build to build, and that no layer depends on.</summary>
        private void Describe(InstallationImage image, ImageReference name, Kept? kept)
        {
            var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
            labels[ImageLabels.Created] = clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            labels[ImageLabels.Firn] = FirnVersion.Text["firn ".Length..];
            var isClean = commit.Changed.IsEmpty && commit.Full is not null;
            if (isClean && !image.IsUser)
            {
                labels[ImageLabels.Revision] = commit.Full!;
            }

            if (kept is not null)
            {
                labels[ImageLabels.EnvironmentId] = kept.Capture.EnvironmentId;
            }

            _builder.Label(name, labels, name, cancellation);
        }

        private BuiltImage Publish(InstallationImage image, ImageReference name, Kept? kept)
        {
            // A user's image has the commit of the generic one that it extends.
            var revision = engine.Inspect(name.ToString(), cancellation)?.Revision;
            var tag = revision is null ? null : InstallationCommit.Shortened(installation, revision, systemContext);
            ImageReference[] names = tag is not null && image.OfCommit(tag) is { } own ? [image.Reference, own] : [image.Reference];
            foreach (var given in names)
            {
                engine.Tag(name.ToString(), given, cancellation);
            }

            return new BuiltImage([.. names.Select(static given => given.ToString())], kept?.Capture.EnvironmentId, kept?.Run);
        }

        private sealed record Kept(Capture Capture, string Run);
    }
}
