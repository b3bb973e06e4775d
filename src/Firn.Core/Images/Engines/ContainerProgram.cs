using Firn.Common;
using Firn.Creation.Solvers;

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
    /// <param name="answer">An exit code that is an answer, and no failure.</param>
    /// <returns>What the program printed, and its exit code: 0 or <paramref name="answer"/>.</returns>
    /// <exception cref="FirnException">The program does not run there, or failed.</exception>
    public ProgramResult Run(
        string what, string image, bool isContainer, IReadOnlyList<string> command, string folder, string target, CancellationToken cancellation, int answer = 0)
    {
        ProgramResult Answer(params IReadOnlyList<string> arguments)
        {
            var result = engine.Ask(cancellation, arguments);
            return result.ExitCode == 0 || result.ExitCode == answer ? result : throw engine.Failed(what, Hint, result.Reason);
        }

        if (isContainer)
        {
            engine.Do(what, Hint, cancellation, "cp", program, $"{image}:{Inside}");
            engine.Do(what, Hint, cancellation, "cp", $"{folder}/.", $"{image}:{target}");
            var said = Answer(["exec", "--user", "0", image, Inside, .. command]);
            engine.Do(what, Hint, cancellation, "cp", $"{image}:{target}/.", folder);
            engine.Ask(CancellationToken.None, "exec", "--user", "0", image, "rm", "-rf", Inside, target);
            return said;
        }

        var name = WorkName.New(Prefix);
        try
        {
            if (engine.Kind == EngineKind.Buildah)
            {
                engine.Do(what, Hint, cancellation, "from", "--pull-never", "--name", name, image);
                engine.Do(what, Hint, cancellation, "copy", name, program, Inside);
                return Answer(["run", "--user", "0", "--volume", $"{folder}:{target}", name, "--", Inside, .. command]);
            }

            if (Mounted(name, image, command, folder, target, cancellation) is { } mounted && (mounted.ExitCode == 0 || mounted.ExitCode == answer))
            {
                return mounted;
            }

            engine.Do(what, Hint, cancellation, ["create", "--name", name, "--network", "none", "--user", "0", "--entrypoint", Inside, image, .. command]);
            engine.Do(what, Hint, cancellation, "cp", program, $"{name}:{Inside}");
            engine.Do(what, Hint, cancellation, "cp", $"{folder}/.", $"{name}:{target}");
            var said = Answer("start", "--attach", name);
            engine.Do(what, Hint, cancellation, "cp", $"{name}:{target}/.", folder);
            return said;
        }
        finally
        {
            engine.Ask(CancellationToken.None, engine.Kind == EngineKind.Buildah ? ["rm", name] : ["rm", "--force", "--volumes", name]);
        }
    }

    /// <summary>
    /// The same with mounts, which takes half the time. An engine may be on another machine, see other folders than this process, or
    /// be one whose root may not write here: where it fails, all is copied.
    /// </summary>
    /// <returns><see langword="null"/> where what root writes in the container would not be this user's.</returns>
    private ProgramResult? Mounted(string name, string image, IReadOnlyList<string> command, string folder, string target, CancellationToken cancellation)
    {
        if (engine.Kind == EngineKind.Docker && !Environment.IsPrivilegedProcess)
        {
            return null;
        }

        var result = engine.Ask(
            cancellation,
            [
                "run", "--name", name, "--network", "none", "--user", "0", "--security-opt", "label=disable",
                "--mount", $"type=bind,source={program},target={Inside},readonly", "--mount", $"type=bind,source={folder},target={target}",
                "--entrypoint", Inside, image, .. command,
            ]);
        if (result.ExitCode != 0)
        {
            engine.Ask(CancellationToken.None, "rm", "--force", "--volumes", name);
        }

        return result;
    }
}
