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

/// <summary>What all builds of one call share.</summary>
internal sealed record BuildCall(
    ContainerEngine Engine,
    InstallationCommit Commit,
    BuildImagesRequest Request,
    IWorkObserver? Observer,
    SystemContext SystemContext,
    TimeProvider Clock,
    CancellationToken Cancellation);

/// <summary>Builds the images of an installation for one processor, first under names that nobody knows.</summary>
/// <param name="installation">The installation.</param>
/// <param name="processor">The processor; <see langword="null"/> for this machine's.</param>
/// <param name="call">The rest.</param>
internal sealed class InstallationBuild(Installation installation, ImageProcessor? processor, BuildCall call)
{
    private const int MaxDockerfile = 1024 * 1024;

    private readonly ContainerEngine _engine = call.Engine;
    private readonly ImageBuilder _builder = new(call.Engine, line => call.Observer?.Tell(new WorkNotice.Output(line)));
    private readonly string _mark = WorkName.New(ContainerEngine.WorkPrefix);
    private readonly List<(InstallationImage Image, ImageReference Name, Kept? Kept)> _ready = [];
    private readonly List<ImageReference> _names = [];
    private readonly HashSet<string> _replaced = new(StringComparer.Ordinal);
    private bool _isPublished;

    /// <summary>The names of its images.</summary>
    public IEnumerable<ImageReference> References => installation.Images.Select(static image => image.Reference).Distinct();

    /// <summary>Refuses what would be for another processor than its tags say, as far as that is known before anything is built.</summary>
    /// <exception cref="FirnException">The base is for another processor, or this engine builds for another one.</exception>
    public void RefuseBaseOfOtherProcessor()
    {
        // A processor that is asked for is asked of the registry, too, whatever lies here.
        if (processor is not null || ImageProcessor.NamedIn(installation.Platform) is not { } wanted)
        {
            return;
        }

        var bases = installation.Images.Where(static image => !image.IsUser).Select(static image => image.Service.Arguments.GetValueOrDefault("BASE_IMAGE"));
        foreach (var name in bases.Where(static name => name is { Length: > 0 }).Distinct())
        {
            var known = _engine.Inspect(name!, call.Cancellation)?.Processor;
            if ((known ?? ImageProcessor.Of(_engine, call.SystemContext, call.Cancellation)) is var actual && actual != wanted)
            {
                throw OtherProcessor(wanted, known is null ? $"{_engine.Command} builds for {actual} here" : $"its base {name} is for {actual}", actual);
            }
        }
    }

    private FirnException OtherProcessor(string wanted, string what, string actual)
    {
        var variant = installation.Name.StartsWith("docker-", StringComparison.Ordinal) ? installation.Name["docker-".Length..] : installation.Platform;
        var other = variant.Split('-') is [_, .. var rest] ? string.Join('-', [actual, .. rest]) : actual;
        return new FirnException(
            $"{installation.Name} is for {wanted}, and {what}",
            $"{RequestSetting.Platform} linux/{wanted} builds it for {wanted} from a base that is there for it; `firn image platform copy {variant} {other}` makes an installation for {actual}",
            FailureKind.InvalidRequest);
    }

    /// <summary>Builds the generic images, or the user's, and captures what is in them. Nobody sees them yet.</summary>
    public void Prepare(bool isUser)
    {
        var request = call.Request;
        var images = installation.Images.Where(image => image.IsUser == isUser && (request.Stage is null || !installation.HasDevImage || image.Stage == request.Stage)).ToList();
        if (images.Count == 0)
        {
            throw NoService(installation, isUser);
        }

        foreach (var image in images)
        {
            var name = NameOf(image.Reference, $"{_mark}-{_names.Count}");
            Build(BuildOf(image), image, name);
            if ((processor?.Architecture ?? ImageProcessor.NamedIn(installation.Platform)) is { } wanted
                && _engine.Inspect(name.ToString(), call.Cancellation)?.Processor is { } actual && actual != wanted)
            {
                throw OtherProcessor(wanted, $"what was built as {image.Reference} is for {actual}", actual);
            }
        }

        var built = _names.TakeLast(images.Count).ToList();
        var captures = isUser ? images.ConvertAll(static _ => default(Kept?)) : [.. images.Zip(built, Keep)];
        for (var i = 0; i < images.Count; i++)
        {
            Describe(images[i], built[i], captures[i]);
            _ready.Add((images[i], built[i], captures[i]));
        }
    }

    /// <summary>Gives what is ready its tags.</summary>
    public ImmutableArray<BuiltImage> Publish()
    {
        // From here on nothing stops between two tags.
        call.Cancellation.ThrowIfCancellationRequested();
        ImmutableArray<BuiltImage> built = [.. _ready.Select(ready => Publish(ready.Image, ready.Name, ready.Kept))];
        _ready.Clear();
        _isPublished = true;
        return built;
    }

    /// <summary>Takes the names of this work away.</summary>
    public void Clean()
    {
        // What the older builders have of a build that failed is their cache for the next one.
        if (_isPublished || _engine is { Kind: EngineKind.Docker, Builder: BuilderKind.Standard })
        {
            _names.ForEach(NoteReplaced);
        }

        _ready.Clear();
        _names.ForEach(_engine.Untag);
        _names.Clear();
        _engine.RemoveUnnamed(_replaced);
        _replaced.Clear();
    }

    /// <summary>Notes what a name leads to now, which it is about to lose.</summary>
    private void NoteReplaced(ImageReference name)
    {
        if (_engine.Inspect(name.ToString(), CancellationToken.None) is { } image)
        {
            _replaced.Add(image.Id);
        }
    }

    /// <summary>The stage that is meant, with the image that is built by its Dockerfile.</summary>
    /// <exception cref="FirnException">There is no such stage.</exception>
    public static (InstallationImage Image, string Stage) StageOf(Installation installation, string stage, bool isUser)
    {
        var image = installation.Images.FirstOrDefault(image => image.IsUser == isUser) ?? throw NoService(installation, isUser);
        var stages = DockerfileText.Stages(TextOf(installation, image.Service));
        return stages.FirstOrDefault(other => other.Equals(stage, StringComparison.OrdinalIgnoreCase)) is { } name
            ? (image, name)
            : throw new FirnException(
                $"{Path.GetFileName(image.Service.Dockerfile)} has no stage {stage}",
                stages.IsEmpty ? "name one there: FROM IMAGE AS STAGE" : $"there is {string.Join(", ", stages)}", FailureKind.InvalidRequest);
    }

    /// <summary>Builds a stage and what it needs; the tag names the stage, and no commit.</summary>
    /// <exception cref="FirnException">There is no such stage, or a step fails.</exception>
    public BuiltImage BuildUntil(string stage, bool isUser)
    {
        var (image, name) = StageOf(installation, stage, isUser);
        var build = BuildOf(image);
        var reference = image.Reference.WithTag($"{installation.Platform}-until-{name}");
        try
        {
            Build(build with { Target = name }, image with { Reference = reference }, NameOf(reference, $"{_mark}-0"));
            _engine.Tag(_names[0].ToString(), reference, call.Cancellation);
        }
        finally
        {
            Clean();
        }

        return new BuiltImage([reference.ToString()], null, null);
    }

    private ImageReference NameOf(ImageReference reference, string tag)
    {
        var name = reference.WithTag(tag);
        _names.Add(name);
        return name;
    }

    private static FirnException NoService(Installation installation, bool isUser) => new(
        $"{installation.Name} has no service that builds {(isUser ? "user's" : "generic")} images",
        "its compose.yaml should have image-run-root, image-dev-root, image-run-user and image-dev-user");

    private void Build(ImageBuild build, InstallationImage image, ImageReference name)
    {
        var on = processor is null ? string.Empty : $" for {processor.Platform}";
        call.Observer?.Tell(new WorkNotice.Remark($"building {image.Reference}{on} with {_engine.Name}"));
        try
        {
            _builder.Build(build, name, image.Reference.ToString(), call.Cancellation);
        }
        catch (FirnException failure) when (call.Request.Debugs && !call.Cancellation.IsCancellationRequested)
        {
            throw Debugged(failure, image);
        }
    }

    /// <summary>
    /// Opens a shell in what there was before the step that failed: the Dockerfile is cut there and built again, which every
    /// builder does from its cache, with layers of its own or without.
    /// </summary>
    /// <returns>The failure, with what to do now.</returns>
    private FirnException Debugged(FirnException failure, InstallationImage image)
    {
        if (_builder.BeforeFailure is not { } before)
        {
            return new FirnException(failure.Text, "it is not known which step failed, or it begins a stage: there is nothing to open a shell in", failure.Kind);
        }

        var shell = new EngineShell(_engine);
        if (!call.Request.HasTerminal)
        {
            var kept = image.Reference.WithTag($"{installation.Platform}-debug");
            _builder.Build(before, kept, kept.ToString(), call.Cancellation);
            return new FirnException(failure.Text, $"there is no terminal to open a shell at; where there is one, `{shell.CommandFor(kept.ToString())}` opens it before that step", failure.Kind);
        }

        var name = NameOf(image.Reference, $"{_mark}-debug");
        _builder.Build(before, name, name.ToString(), call.Cancellation);
        call.Observer?.Tell(new WorkNotice.Remark($"{failure.Message}"));
        call.Observer?.Tell(new WorkNotice.Remark("this shell is in the image as it was before that step; exit ends it, and nothing of it is kept"));
        shell.Open(name.ToString(), before.Arguments, call.Request.Network, call.Cancellation);
        return new FirnException(failure.Text, "change the step, and build again: what came before it is in the engine's cache", failure.Kind);
    }

    private static string TextOf(Installation installation, ComposeService service)
    {
        var dockerfile = service.Dockerfile ?? Path.Join(installation.Folder, "Dockerfile");
        return BoundedFile.ReadText(dockerfile, MaxDockerfile)
            ?? throw new FirnException($"{dockerfile} cannot be read", $"the service {service.Name} of compose.yaml names it");
    }

    private ImageBuild BuildOf(InstallationImage image)
    {
        var service = image.Service;
        return new ImageBuild
        {
            Dockerfile = TextOf(installation, service),
            Context = service.Context ?? installation.Folder,
            Target = service.Target,
            Arguments = service.Arguments,
            Labels = Labels(service),
            Platform = processor?.Platform,
            Network = call.Request.Network,
            Pulls = call.Request.Pulls && !image.IsUser,
            Secrets = call.Request.PipConfiguration is { } file
                ? ImmutableSortedDictionary<string, string>.Empty.Add("pip.conf", Path.GetFullPath(file, call.SystemContext.CurrentDirectory))
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
        Add(ImageLabels.Source, InstallationCommit.Remote(installation, call.SystemContext));
        return labels.ToImmutable();
    }

    /// <summary>Captures the environment of an image and keeps the capture in the store.</summary>
    private Kept? Keep(InstallationImage image, ImageReference name)
    {
        if (call.Request.Program is null)
        {
            return null;
        }

        if (processor is not null && processor.Name != ImageProcessor.OfThisMachine)
        {
            call.Observer?.Tell(new WorkNotice.Warning($"the environment in {image.Reference} is not captured: this firn is a program for {ImageProcessor.OfThisMachine}"));
            return null;
        }

        using var folder = new WorkFolder();
        try
        {
            var capture = new ImageCapturer(_engine, call.Request.Program).Capture(name.ToString(), installation.EnvironmentPrefix, folder.FullName, call.Cancellation);
            var analysis = $"image/{installation.Setting("PROJECT_NAME") ?? "project"}-{installation.Platform}-{image.Stage.ToString().ToLowerInvariant()}";
            var files = Directory.EnumerateFiles(folder.FullName).Order(StringComparer.Ordinal).ToList();
            var store = new StoreSelection
            {
                Store = call.Request.Store is null ? null : Path.GetFullPath(call.Request.Store, call.SystemContext.CurrentDirectory),
                Project = File.Exists(Path.Join(installation.ProjectFolder, Project.FileName)) ? installation.ProjectFolder : null,
            };
            var stored = new StoredResults(call.SystemContext with { CurrentDirectory = folder.FullName }, store).Add(
                new AddResultsRequest { Analysis = analysis, Paths = files.ConvertAll(static file => Path.GetFileName(file)) },
                cancellation: call.Cancellation);
            return new Kept(capture, stored.Run.Reference);
        }
        catch (FirnException failure) when (installation.Origin == InstallationOrigin.Template)
        {
            // A checkout of the template may have bases in which this firn does not run: its images are built all the same.
            call.Observer?.Tell(new WorkNotice.Warning($"the environment was not captured: {failure.Message}"));
            return null;
        }
    }

    /// <summary>Gives an image the labels that change from build to build, and that no layer depends on.</summary>
    private void Describe(InstallationImage image, ImageReference name, Kept? kept)
    {
        var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        labels[ImageLabels.Created] = call.Clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        labels[ImageLabels.Firn] = FirnVersion.Text["firn ".Length..];
        var isClean = call.Commit.Changed.IsEmpty && call.Commit.Full is not null;
        if (isClean && !image.IsUser)
        {
            labels[ImageLabels.Revision] = call.Commit.Full!;
        }

        if (kept is not null)
        {
            labels[ImageLabels.EnvironmentId] = kept.Capture.EnvironmentId;
        }

        // The labels are another image, which takes the name.
        NoteReplaced(name);
        _builder.Label(name, labels, name, processor?.Platform, call.Cancellation);
    }

    private BuiltImage Publish(InstallationImage image, ImageReference name, Kept? kept)
    {
        // A user's image has the commit of the generic one that it extends.
        var revision = _engine.Inspect(name.ToString(), CancellationToken.None)?.Revision;
        var tag = revision is null ? null : InstallationCommit.Shortened(installation, revision, call.SystemContext);
        ImageReference[] names = tag is not null && image.OfCommit(tag) is { } own ? [image.Reference, own] : [image.Reference];
        foreach (var given in names)
        {
            // Another program's image is not Firn's to remove.
            if (_engine.Inspect(given.ToString(), CancellationToken.None) is { } old && old.Labels.ContainsKey(ImageLabels.Firn))
            {
                _replaced.Add(old.Id);
            }

            _engine.Tag(name.ToString(), given, CancellationToken.None);
        }

        return new BuiltImage([.. names.Select(static given => given.ToString())], kept?.Capture.EnvironmentId, kept?.Run);
    }

    private sealed record Kept(Capture Capture, string Run);
}
