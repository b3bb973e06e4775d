using Firn.Common;

namespace Firn.Images.Engines;

/// <summary>
/// Runs this very program in an image or a running container, without a network of its own, and brings back a folder that it
/// wrote. No Python runs, and the image stays as it is.
/// </summary>
/// <param name="engine">The engine that has the image.</param>
/// <param name="program">firn as one file.</param>
internal sealed class ContainerProgram(ContainerEngine engine, string program)
{
    /// <summary>What the names of its containers begin with.</summary>
    public const string Prefix = "firn-program";

    private const string Inside = "/firn-program";
    private const string Hint = "the image needs glibc 2.34 or newer for this, and a Python environment";

    /// <summary>Runs it.</summary>
    /// <param name="what">What cannot be done where it fails.</param>
    /// <param name="image">The image; or the container.</param>
    /// <param name="isContainer">Whether it is a running container.</param>
    /// <param name="command">The program's arguments.</param>
    /// <param name="folder">A folder here: its files are copied in, and what is there afterwards is copied back.</param>
    /// <param name="target">The folder inside.</param>
    /// <param name="cancellation">Ends it; no container is left.</param>
    /// <exception cref="FirnException">The program does not run there, or failed.</exception>
    public void Run(
        string what, string image, bool isContainer, IReadOnlyList<string> command, string folder, string target, CancellationToken cancellation)
    {
        if (isContainer)
        {
            engine.Do(what, Hint, cancellation, "cp", program, $"{image}:{Inside}");
            engine.Do(what, Hint, cancellation, "cp", $"{folder}/.", $"{image}:{target}");
            engine.Do(what, Hint, cancellation, ["exec", "--user", "0", image, Inside, .. command]);
            engine.Do(what, Hint, cancellation, "cp", $"{image}:{target}/.", folder);
            engine.Ask(CancellationToken.None, "exec", "--user", "0", image, "rm", "-rf", Inside, target);
            return;
        }

        var name = WorkName.New(Prefix);
        try
        {
            if (engine.Kind == EngineKind.Buildah)
            {
                engine.Do(what, Hint, cancellation, "from", "--pull-never", "--name", name, image);
                engine.Do(what, Hint, cancellation, "copy", name, program, Inside);
                engine.Do(what, Hint, cancellation, ["run", "--user", "0", "--volume", $"{folder}:{target}", name, "--", Inside, .. command]);
                return;
            }

            engine.Do(what, Hint, cancellation, ["create", "--name", name, "--network", "none", "--user", "0", "--entrypoint", Inside, image, .. command]);
            engine.Do(what, Hint, cancellation, "cp", program, $"{name}:{Inside}");
            engine.Do(what, Hint, cancellation, "cp", $"{folder}/.", $"{name}:{target}");
            engine.Do(what, Hint, cancellation, "start", "--attach", name);
            engine.Do(what, Hint, cancellation, "cp", $"{name}:{target}/.", folder);
        }
        finally
        {
            engine.Ask(CancellationToken.None, engine.Kind == EngineKind.Buildah ? ["rm", name] : ["rm", "--force", "--volumes", name]);
        }
    }
}
