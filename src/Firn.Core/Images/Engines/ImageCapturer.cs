using Firn.Captures;
using Firn.Captures.Documents;
using Firn.Common;

namespace Firn.Images.Engines;

/// <summary>Captures the environment in an image from inside its file system.</summary>
/// <param name="engine">The engine that has the image.</param>
/// <param name="program">The program that captures: firn as one file.</param>
internal sealed class ImageCapturer(ContainerEngine engine, string program)
{
    private const string Result = "/firn-capture";

    /// <summary>Captures, and keeps no files.</summary>
    /// <inheritdoc cref="Capture(string, string?, string, CancellationToken)"/>
    public Capture Capture(string image, string? environment, CancellationToken cancellation)
    {
        using var folder = new WorkFolder();
        return Capture(image, environment, folder.FullName, cancellation);
    }

    /// <summary>Captures.</summary>
    /// <param name="image">The image.</param>
    /// <param name="environment">The environment's prefix in it; <see langword="null"/> for the one that its PATH shows.</param>
    /// <param name="folder">An empty folder, which gets the capture's files.</param>
    /// <param name="cancellation">Ends it; no container is left.</param>
    /// <exception cref="FirnException">The program does not run in the image, or there is no environment.</exception>
    public Capture Capture(string image, string? environment, string folder, CancellationToken cancellation)
    {
        IReadOnlyList<string> command = ["capture", .. environment is null ? [] : new[] { environment }, "--output", Result];
        new ContainerProgram(engine, program).Run(
            $"capture the environment of {image}", image, isContainer: false, command, folder, Result, cancellation);
        return CaptureFiles.Read(folder);
    }
}
