using System.Collections.Immutable;
using Firn.Common;
using Firn.Images.Engines;
using Firn.Images.Installations;

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

    /// <summary>A named stage to build and no further; <see langword="null"/> for whole images.</summary>
    public string? Until { get; init; }

    /// <summary>Whether a shell opens where a step fails: as everything was before it.</summary>
    public bool Debugs { get; init; }

    /// <summary>Whether a person sits at a terminal.</summary>
    public bool HasTerminal { get; init; }

    /// <summary>The processors to build for, for example <c>linux/arm64</c>; none for this machine's.</summary>
    public IReadOnlyList<string> Platforms { get; init; } = [];

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
        if (request.Until is { } wanted)
        {
            InstallationBuild.StageOf(installation, wanted, isUser: request.User == true);
        }

        var processors = request.Platforms.Select(ImageProcessor.Parse).Distinct().ToList();
        var commit = InstallationCommit.Read(installation, systemContext);
        if (!commit.Changed.IsEmpty && !request.AllowsUncommitted && request.Until is null)
        {
            throw new FirnException(
                $"the installation has uncommitted changes: {ShortList.Of(commit.Changed, ", ")}",
                $"commit them, so that the tags say what the images were built from; {RequestSetting.AllowsUncommitted} builds all the same, and no tag names the commit",
                FailureKind.InvalidRequest);
        }

        var engine = request.Selection.FindEngine(installation, runs: false, systemContext, observer, cancellation);
        processors.ForEach(processor => processor.Require(engine, systemContext, cancellation));
        WorkFolder.RemoveAbandoned();
        WorkingContainers.RemoveAbandoned(engine);
        PlaceProgram(installation, request.Program);
        foreach (var name in installation.Images.Select(static image => image.Reference).DistinctBy(static reference => reference.Name))
        {
            engine.RemoveAbandoned(name, cancellation);
        }

        var call = new BuildCall(engine, commit, request, observer, systemContext, clock ?? TimeProvider.System, cancellation);
        var builds = BuildsOf(installation, processors, call);
        foreach (var build in builds)
        {
            build.RefuseBaseOfOtherProcessor();
        }

        if (builds.Length > 1 && new ImageLists(engine).Caution is { } caution)
        {
            observer?.Tell(new WorkNotice.Warning(caution));
        }

        if (isRoot && installation.EnvFile is not null && request is { User: null, Generic: null, Until: null })
        {
            observer?.Tell(new WorkNotice.Remark($"no images of a user are built: {EnvFile.FileName} names root (USRID=0), as whom the generic ones run"));
        }

        if (request.Until is { } stage)
        {
            return new BuildImagesResult(engine.Name, [.. builds.Select(build => build.BuildUntil(stage, isUser: request.User == true))]);
        }

        var built = ImmutableArray.CreateBuilder<BuiltImage>();
        if (request.Generic ?? (request.User is null))
        {
            built.AddRange(Build(builds, isUser: false, call));
        }

        if (withUser)
        {
            built.AddRange(Build(builds, isUser: true, call));
        }

        return new BuildImagesResult(engine.Name, built.ToImmutable());
    }

    /// <summary>Builds for each processor, then gives all of them their tags.</summary>
    private static ImmutableArray<BuiltImage> Build(IReadOnlyList<InstallationBuild> builds, bool isUser, BuildCall call)
    {
        try
        {
            foreach (var build in builds)
            {
                build.Prepare(isUser);
            }

            var built = builds.SelectMany(static build => build.Publish()).ToImmutableArray();
            return builds.Count > 1 ? [.. built, .. new ImageLists(call.Engine).Make(built, call.Cancellation)] : built;
        }
        finally
        {
            foreach (var build in builds)
            {
                build.Clean();
            }
        }
    }

    /// <summary>The installation once for each processor, whose name stands in the tags then.</summary>
    private ImmutableArray<InstallationBuild> BuildsOf(Installation installation, List<ImageProcessor> processors, BuildCall call)
    {
        if (processors.Count == 0)
        {
            return [new InstallationBuild(installation, null, call)];
        }

        var reader = new InstallationReader(systemContext);
        var builds = processors.Select(processor =>
        {
            var parts = installation.Platform.Split('-', 2);
            var rest = parts[0] is "amd64" or "arm64" || processors.Any(other => other.Name == parts[0]) ? parts.ElementAtOrDefault(1) : installation.Platform;
            return new InstallationBuild(
                reader.Read(installation.Folder, call.Cancellation, string.Join('-', new[] { processor.Name, rest }.OfType<string>())), processor, call);
        }).ToImmutableArray();
        return builds.SelectMany(static build => build.References).GroupBy(static reference => reference).FirstOrDefault(static same => same.Count() > 1) is { } taken
            ? throw new FirnException(
                $"the images of several processors would have one name: {taken.Key}", "compose.yaml should have ${IMAGE_PLATFORM} in the tags", FailureKind.InvalidRequest)
            : builds;
    }

    private static void Refuse(Installation installation, bool wantsUser, bool isRoot)
    {
        installation.RequireSettings();
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

        const string Prefix = "firn.new";
        var place = Path.Join(installation.Folder, "firn");
        var (from, to) = (new FileInfo(program), new FileInfo(place));
        if (to.Exists && to.Length == from.Length && to.LastWriteTimeUtc == from.LastWriteTimeUtc)
        {
            return;
        }

        // Put there by one call: another build may read it at this time.
        var copy = Path.Join(installation.Folder, WorkName.New(Prefix));
        try
        {
            foreach (var left in Directory.GetFiles(installation.Folder, $"{Prefix}-*").Where(static path => WorkName.IsAbandoned(Path.GetFileName(path), Prefix)))
            {
                File.Delete(left);
            }

            File.Copy(program, copy);
            File.SetLastWriteTimeUtc(copy, from.LastWriteTimeUtc);
            File.Move(copy, place, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            File.Delete(copy);
            throw new FirnException(
                $"cannot copy firn to {place}: {exception.Message.TrimEnd('.')}", "make room there, or give yourself the right to write there", innerException: exception);
        }
    }
}
