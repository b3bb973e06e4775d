using Firn.Captures.Documents;
using Firn.Common;
using Firn.Images;
using Firn.Images.Engines;
using Firn.Images.Installations;

namespace Firn.Workflows.Images;

/// <summary>Reads what is in images.</summary>
/// <param name="systemContext">Variables, home and current folder.</param>
/// <param name="program">firn as one file, which reads inside the image.</param>
public sealed class ListImages(SystemContext systemContext, string program)
{
    /// <summary>Captures the environment in an installation's image, from inside its file system; no Python runs.</summary>
    /// <param name="folder">A folder of the project or of the installation.</param>
    /// <param name="name">Which installation, where the project has several.</param>
    /// <param name="stage">Which image.</param>
    /// <param name="engine">The container engine; <see langword="null"/> for the one that is there.</param>
    /// <param name="cancellation">Ends it; no container is left.</param>
    /// <returns>The image, and the capture.</returns>
    /// <exception cref="FirnException">There is no such image, or no environment in it.</exception>
    public (string Image, Capture Capture) Run(
        string folder, string? name, ImageStage stage, string? engine = null, CancellationToken cancellation = default)
    {
        var installation = new InstallationReader(systemContext).Find(Path.GetFullPath(folder, systemContext.CurrentDirectory), name, cancellation);
        var found = EngineFinder.Find(engine ?? BuildImages.EngineOf(installation), runs: false, systemContext, cancellation);
        var image = installation.Image(stage, isUser: false).Reference.ToString();
        if (found.Inspect(image, cancellation) is null)
        {
            throw new FirnException(
                $"{found.Command} does not have {image}", "`firn image build` builds it, `firn image pull NAME` brings it", FailureKind.InvalidRequest);
        }

        return (image, Capture(found, image, installation.Origin == InstallationOrigin.Firn ? "/opt/env" : null, cancellation));
    }

    /// <summary>Captures the environment in any image that an engine has.</summary>
    /// <param name="image">The image's name.</param>
    /// <param name="environment">The environment's prefix in it; <see langword="null"/> for the one that its PATH shows.</param>
    /// <param name="engine">The container engine; <see langword="null"/> for the one that is there.</param>
    /// <param name="cancellation">Ends it; no container is left.</param>
    public Capture RunOn(string image, string? environment = null, string? engine = null, CancellationToken cancellation = default)
    {
        var found = EngineFinder.Find(engine, runs: false, systemContext, cancellation);
        var reference = ImageReference.Parse(image).ToString();
        return found.Inspect(reference, cancellation) is null
            ? throw new FirnException($"{found.Command} does not have {reference}", $"`{found.Command} pull {reference}` brings it", FailureKind.InvalidRequest)
            : Capture(found, reference, environment, cancellation);
    }

    private Capture Capture(ContainerEngine engine, string image, string? environment, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("firn-image-");
        try
        {
            return new ImageCapturer(engine, program).Capture(image, environment, folder.FullName, cancellation);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
