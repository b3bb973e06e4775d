using Firn.Common;
using Firn.Images.Layouts;

namespace Firn.Images.Engines;

/// <summary>
/// An image that an engine has: its own, or one of a layout or an archive, which it holds until this is disposed under a name
/// that nobody else has. Names in an archive are not taken over.
/// </summary>
internal sealed class OpenedImage : IDisposable
{
    private static readonly ImageReference Own = ImageReference.Parse("localhost/firn-image");

    private readonly ContainerEngine _engine;
    private readonly ImageReference? _own;

    private OpenedImage(ContainerEngine engine, string name, ImageFacts facts, ImageReference? own) =>
        (_engine, Name, Facts, _own) = (engine, name, facts, own);

    /// <summary>Its name in the engine.</summary>
    public string Name { get; }

    /// <summary>What the engine says of it.</summary>
    public ImageFacts Facts { get; }

    /// <summary>Finds an image, or brings it in.</summary>
    /// <param name="text">A name, <c>oci:DIR[:TAG]</c> or <c>docker-archive:FILE[:NAME:TAG]</c>.</param>
    /// <param name="engine">The engine.</param>
    /// <param name="cancellation">Ends bringing it in.</param>
    /// <param name="isBuilt">Whether it is an image of an installation, which is built rather than pulled.</param>
    /// <exception cref="FirnException">It is not there, or the engine does not take it.</exception>
    public static OpenedImage Open(string text, ContainerEngine engine, CancellationToken cancellation, bool isBuilt = false)
    {
        if (ImageLayout.IsNamed(text))
        {
            return BringIn(text, engine, cancellation);
        }

        if (text.StartsWith('/') || text.StartsWith('.'))
        {
            throw new FirnException(
                $"'{text}' is a path, and no name of an image", $"an image in a folder is {ImageLayout.LayoutPrefix}DIR, one in a file {ImageLayout.ArchivePrefix}FILE", FailureKind.InvalidRequest);
        }

        var reference = ImageReference.Parse(text);
        var bringing = isBuilt ? "`firn image build` builds it, `firn image pull NAME` brings it" : $"`{engine.Command} pull {reference}` brings it";
        var facts = engine.Inspect(text, cancellation) ?? throw new FirnException(
            $"{engine.Command} does not have {reference}",
            $"{bringing}; or name an engine that has it: {RequestSetting.Engine:NAME}", FailureKind.InvalidRequest);
        return new OpenedImage(engine, text, facts, null);
    }

    /// <summary>Takes an image that was brought in out of the engine.</summary>
    public void Dispose()
    {
        if (_own is not null)
        {
            _engine.Ask(CancellationToken.None, "rmi", _own.ToString());
        }
    }

    private static OpenedImage BringIn(string text, ContainerEngine engine, CancellationToken cancellation)
    {
        engine.RemoveAbandoned(Own, cancellation);
        var name = Own.WithTag(WorkName.New(ContainerEngine.WorkPrefix));
        using var folder = new WorkFolder();
        try
        {
            var file = Path.Join(folder.FullName, "image.tar");
            using (var layout = ImageLayout.Open(text, engine.SystemContext.CurrentDirectory))
            {
                ImageArchive.Write(layout, name, file, cancellation);
            }

            IReadOnlyList<string> load = engine.Kind == EngineKind.Buildah ? ["pull", $"docker-archive:{file}"] : ["load", "--input", file];
            engine.Do($"take in {text}", "check that the file is whole", cancellation, load);
            var facts = engine.Inspect(name.ToString(), cancellation)
                ?? throw engine.Failed($"take in {text}", "check that the file is whole", "it is not there afterwards");
            return new OpenedImage(engine, name.ToString(), facts, name);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new FirnException(
                $"{text} cannot be read: {exception.Message.TrimEnd('.')}", "check that it is whole, and that there is room in the folder for temporary files", innerException: exception);
        }
    }
}
