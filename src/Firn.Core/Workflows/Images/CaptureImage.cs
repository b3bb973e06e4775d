using System.Collections.Immutable;
using System.Text;
using Firn.Captures;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Images;
using Firn.Images.Engines;
using Firn.Images.Installations;
using Firn.Images.Layouts;
using Firn.Projects;
using Firn.Storage;
using Firn.Storage.Layout;

namespace Firn.Workflows.Images;

/// <summary>An image, and what of it is meant.</summary>
public sealed record ImageSelection
{
    /// <summary>A name that an engine knows, an installation of the project here, <c>oci:DIR[:TAG]</c> of an OCI image layout, or <c>docker-archive:FILE[:NAME:TAG]</c>.</summary>
    public required string Image { get; init; }

    /// <summary>The container engine; <see langword="null"/> for the one that is there.</summary>
    public string? Engine { get; init; }

    /// <summary>The environment in it: a prefix or a python executable; <see langword="null"/> for the one that its variables name.</summary>
    public string? Environment { get; init; }

    /// <summary>firn as one file, which reads inside the image.</summary>
    public required string? Program { get; init; }

    /// <summary>
    /// Whether a text names an image, where it may also name a capture, a run or an environment: <c>NAME:TAG</c>,
    /// <c>NAME@DIGEST</c>, <c>oci:DIR</c> or <c>docker-archive:FILE</c>, and nothing of that name in the current folder.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="systemContext">The current folder.</param>
    public static bool IsImage(string text, SystemContext systemContext)
    {
        if (ImageLayout.IsNamed(text))
        {
            return true;
        }

        if (!text.Contains('/', StringComparison.Ordinal) && !Path.Exists(Path.GetFullPath(text, systemContext.CurrentDirectory))
            && InstallationReader.Folders(systemContext.CurrentDirectory).Any(folder => Path.GetFileName(folder) == text))
        {
            return true;
        }

        var end = text[(text.LastIndexOf('/') + 1)..];
        if (!end.Contains(':', StringComparison.Ordinal) || text.StartsWith(EnvironmentIdText.Start, StringComparison.Ordinal)
            || text.StartsWith('/') || text.StartsWith('.') || Path.Exists(Path.GetFullPath(text, systemContext.CurrentDirectory)))
        {
            return false;
        }

        try
        {
            ImageReference.Parse(text);
            return true;
        }
        catch (FirnException)
        {
            return false;
        }
    }
}

/// <summary>How to compare an image with what was captured.</summary>
public sealed record VerifyImageRequest
{
    /// <summary>The image.</summary>
    public required ImageSelection Selection { get; init; }

    /// <summary>
    /// A capture's folder or its <c>environment.json</c>, an environment id, or a run; <see langword="null"/> for the capture
    /// that the store keeps of the image since it was built, else for the id on its label.
    /// </summary>
    public string? Capture { get; init; }

    /// <summary>The store's folder; <see langword="null"/> for the usual one.</summary>
    public string? Store { get; init; }

    /// <summary>The folder of the project whose store is meant; <see langword="null"/> for the current one.</summary>
    public string? Project { get; init; }

    /// <summary>Whether every file is read and compared with what is recorded of it.</summary>
    public bool ReadsData { get; init; }

    /// <summary>Whether differences of the machine count too.</summary>
    public bool IsStrict { get; init; }

    /// <summary>Whether the answer is a document.</summary>
    public bool AsJson { get; init; }
}

/// <summary>What came of comparing an image.</summary>
/// <param name="ComparedWith">What it was compared with, for a line of its own.</param>
/// <param name="AreEqual">Whether it is equal.</param>
/// <param name="Text">What <c>firn verify</c> printed inside.</param>
/// <param name="Warnings">What it printed on standard error.</param>
public sealed record VerifyImageResult(string ComparedWith, bool AreEqual, string Text, string Warnings);

/// <summary>Captures the environment in an image from inside its file system, or compares it; no Python runs, no network is there.</summary>
/// <param name="systemContext">Variables, home and current folder.</param>
public sealed class CaptureImage(SystemContext systemContext)
{
    private const string Given = "/firn-capture";
    private const string Subject = "image";
    private const int Different = 3;

    /// <summary>Captures.</summary>
    /// <param name="selection">The image.</param>
    /// <param name="folder">The folder for the capture's files; <see langword="null"/> to write none.</param>
    /// <param name="observer">Is told which engine was passed over.</param>
    /// <param name="cancellation">Ends it; no container is left.</param>
    /// <exception cref="FirnException">There is no such image, or no environment in it.</exception>
    public CaptureEnvironmentResult Run(
        ImageSelection selection, string? folder = null, IWorkObserver? observer = null, CancellationToken cancellation = default)
    {
        var engine = Engine(selection, observer, cancellation);
        using var image = Open(selection, engine, cancellation);
        var capture = Capture(selection, image, engine, cancellation);
        var files = CaptureFiles.Create(capture);
        if (folder is not null)
        {
            CaptureFiles.Write(files, Path.GetFullPath(folder, systemContext.CurrentDirectory));
        }

        return new CaptureEnvironmentResult(new Inspection(capture, $"the environment of {selection.Image}"), files, null);
    }

    /// <summary>Compares an image with a capture: by <c>firn verify</c> inside of it.</summary>
    /// <param name="request">What with what.</param>
    /// <param name="observer">Is told which engine was passed over.</param>
    /// <param name="cancellation">Ends it; no container is left.</param>
    /// <exception cref="FirnException">There is no such image or capture, or nothing is known of the image to compare it with.</exception>
    public VerifyImageResult Verify(VerifyImageRequest request, IWorkObserver? observer = null, CancellationToken cancellation = default)
    {
        var selection = request.Selection;
        var engine = Engine(selection, observer, cancellation);
        using var image = Open(selection, engine, cancellation);
        var (expected, source) = Expected(request, image, engine, cancellation);
        var folder = Directory.CreateTempSubdirectory("firn-verify-");
        try
        {
            CaptureFiles.Write(CaptureFiles.Create(expected), folder.FullName);
            var command = new List<string> { "verify", Given };
            command.AddRange(selection.Environment is { } environment ? [environment] : []);
            command.AddRange(request.ReadsData ? ["--read-data"] : []);
            command.AddRange(request.IsStrict ? ["--strict"] : []);
            command.AddRange(request.AsJson ? ["--json"] : []);
            var said = new ContainerProgram(engine, ProgramOf(selection)).Run(
                $"verify {selection.Image}", image.Name, isContainer: false, command, folder.FullName, Given, cancellation, Different);
            return new VerifyImageResult(source, said.ExitCode == 0, Encoding.UTF8.GetString(said.Output), said.Error);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private OpenedImage Open(ImageSelection selection, ContainerEngine engine, CancellationToken cancellation)
    {
        var own = new InstallationReader(systemContext).ImageOf(selection.Image, systemContext.CurrentDirectory, cancellation);
        return OpenedImage.Open(own?.ToString() ?? selection.Image, engine, cancellation, isBuilt: own is not null);
    }

    private ContainerEngine Engine(ImageSelection selection, IWorkObserver? observer, CancellationToken cancellation)
    {
        if (ImageLayout.IsNamed(selection.Image))
        {
            // What is not there needs no engine.
            ImageLayout.Open(selection.Image, systemContext.CurrentDirectory).Dispose();
        }

        return EngineChoice.Find(selection.Engine, runs: false, systemContext, observer, cancellation);
    }

    private static string ProgramOf(ImageSelection selection) =>
        selection.Program ?? throw new FirnException("this firn is not one file, which could read inside an image", "use the published program");

    private static Capture Capture(ImageSelection selection, OpenedImage image, ContainerEngine engine, CancellationToken cancellation) =>
        new ImageCapturer(engine, ProgramOf(selection)).Capture(image.Name, selection.Environment, cancellation);

    private (Capture Capture, string Source) Expected(
        VerifyImageRequest request, OpenedImage image, ContainerEngine engine, CancellationToken cancellation)
    {
        var context = systemContext with { HomeProblem = null };
        var store = ProjectStore.LocateAnywhere(request.Store, request.Project, context);
        if (request.Capture is { } named)
        {
            return (Firn.Archives.ArchiveReference.Load(named, store, systemContext, ProjectIdentity.Find(request.Project, systemContext)), named);
        }

        var label = image.Facts.Labels.GetValueOrDefault(ImageLabels.EnvironmentId) ?? throw new FirnException(
            $"{request.Selection.Image} has no label that says what was built into it",
            $"name a capture to compare it with: `firn verify CAPTURE --image {request.Selection.Image}`", FailureKind.InvalidRequest);
        if (Kept(label, image.Name, store) is var (capture, run))
        {
            return (capture, $"{run}, captured when it was built");
        }

        // Its own capture proves that the recorded contents are there; the label, that they are what was built.
        var now = Capture(request.Selection, image, engine, cancellation);
        return now.EnvironmentId == label
            ? (now, $"the label {label}")
            : throw new FirnException(
                $"{request.Selection.Image} holds {now.EnvironmentId}, and its label says {label}",
                "build it again: `firn image build`", FailureKind.Incomplete);
    }

    /// <summary>The newest capture of an image with this id that a store keeps.</summary>
    private static (Capture Capture, string Run)? Kept(string environmentId, string image, string store)
    {
        if (!File.Exists(Path.Join(store, StoreLayout.Description)))
        {
            return null;
        }

        var opened = Store.Open(store);
        // Images for running and for developing may hold the same: that of its own kind first.
        foreach (var runs in new StoreListing(opened).Analyses(Subject, isOfProject: false)
            .OrderByDescending(runs => image.Contains($"-{runs.Reference[(runs.Reference.LastIndexOf('-') + 1)..]}-", StringComparison.Ordinal)))
        {
            foreach (var run in runs.NewestFirst().Where(static run => run.Counts))
            {
                if (run.Record.Resource(Firn.Captures.Documents.Capture.FileName) is { } file
                    && CaptureReader.Read(opened, file.Digest).Capture is var capture
                    && capture.EnvironmentId == environmentId)
                {
                    return (capture, $"{runs.Reference}@{run.Record.Number}");
                }
            }
        }

        return null;
    }
}
