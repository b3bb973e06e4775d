using Firn.Captures;
using Firn.Captures.Documents;
using Firn.Common;

namespace Firn.Images.Engines;

/// <summary>
/// Captures the environment in an image from inside its file system: this very program is put into a container without a
/// network, reads there, and is gone with it. No Python runs, and the image stays as it is.
/// </summary>
/// <param name="engine">The engine that has the image.</param>
/// <param name="program">The program that captures: firn as one file.</param>
internal sealed class ImageCapturer(ContainerEngine engine, string program)
{
    private const string Inside = "/firn-program";
    private const string Result = "/firn-capture";

    /// <summary>Captures.</summary>
    /// <param name="image">The image.</param>
    /// <param name="environment">The environment's prefix in it; <see langword="null"/> for the one that its PATH shows.</param>
    /// <param name="folder">An empty folder, which gets the capture's files.</param>
    /// <param name="cancellation">Ends it; no container is left.</param>
    /// <exception cref="FirnException">The program does not run in the image, or there is no environment.</exception>
    public Capture Capture(string image, string? environment, string folder, CancellationToken cancellation)
    {
        var name = $"firn-capture-{Guid.NewGuid():N}";
        IReadOnlyList<string> command = ["capture", .. environment is null ? [] : new[] { environment }, "--output", Result];
        var what = $"capture the environment of {image}";
        const string Hint = "the image needs glibc 2.34 or newer for this, and a Python environment";
        try
        {
            if (engine.Kind == EngineKind.Buildah)
            {
                engine.Do(what, Hint, cancellation, "from", "--pull-never", "--name", name, image);
                engine.Do(what, Hint, cancellation, "copy", name, program, Inside);
                engine.Do(what, Hint, cancellation, ["run", "--user", "0", "--volume", $"{folder}:{Result}", name, "--", Inside, .. command]);
            }
            else
            {
                engine.Do(what, Hint, cancellation, ["create", "--name", name, "--network", "none", "--user", "0", "--entrypoint", Inside, image, .. command]);
                engine.Do(what, Hint, cancellation, "cp", program, $"{name}:{Inside}");
                engine.Do(what, Hint, cancellation, "start", "--attach", name);
                engine.Do(what, Hint, cancellation, "cp", $"{name}:{Result}/.", folder);
            }

            return CaptureFiles.Read(folder);
        }
        finally
        {
            engine.Ask(CancellationToken.None, engine.Kind == EngineKind.Buildah ? ["rm", name] : ["rm", "--force", "--volumes", name]);
        }
    }
}
