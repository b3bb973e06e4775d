using Firn.Captures.Documents;
using Firn.Common;
using Firn.Images.Engines;
using Firn.Images.Installations;

namespace Firn.Workflows.Images;

/// <summary>Reads what is in images.</summary>
/// <param name="systemContext">Variables, home and current folder.</param>
/// <param name="program">firn as one file, which reads inside the image.</param>
public sealed class ListImages(SystemContext systemContext, string program)
{
    /// <summary>Captures the environment in an installation's image, from inside its file system; no Python runs.</summary>
    /// <param name="selection">Which installation, and by which engine.</param>
    /// <param name="stage">Which image.</param>
    /// <param name="observer">Is told which engine was passed over.</param>
    /// <param name="cancellation">Ends it; no container is left.</param>
    /// <returns>The image, and the capture.</returns>
    /// <exception cref="FirnException">There is no such image, or no environment in it.</exception>
    public (string Image, Capture Capture) Run(
        InstallationSelection selection, ImageStage stage, IWorkObserver? observer = null, CancellationToken cancellation = default)
    {
        var installation = selection.Find(systemContext, cancellation);
        var engine = selection.FindEngine(installation, runs: false, systemContext, observer, cancellation);
        var image = installation.Image(stage, isUser: false).Reference.ToString();
        if (engine.Inspect(image, cancellation) is null)
        {
            throw new FirnException(
                $"{engine.Command} does not have {image}", "`firn image build` builds it, `firn image pull NAME` brings it", FailureKind.InvalidRequest);
        }

        return (image, new ImageCapturer(engine, program).Capture(image, installation.EnvironmentPrefix, cancellation));
    }
}
