using System.Collections.Immutable;

namespace Firn.Images.Engines;

/// <summary>Opens a shell in an image, at the terminal of this process. Nothing of its container is left.</summary>
/// <param name="engine">The engine that has the image.</param>
internal sealed class EngineShell(ContainerEngine engine)
{
    private const string Shell = "/bin/sh";

    /// <summary>The command with which a user opens it.</summary>
    public string CommandFor(string image) => engine.Kind == EngineKind.Buildah
        ? $"buildah run --tty $(buildah from --pull-never {image}) {Shell}"
        : $"{engine.Command} run --rm -it --user 0 --entrypoint {Shell} {image}";

    /// <summary>Opens it, and waits until it ends.</summary>
    /// <param name="image">The image.</param>
    /// <param name="variables">Variables that the steps of its build had.</param>
    /// <param name="network">For example <c>host</c>; <see langword="null"/> for the engine's own.</param>
    /// <param name="cancellation">Ends the preparation; the shell is ended by who sits before it.</param>
    public void Open(string image, ImmutableSortedDictionary<string, string> variables, string? network, CancellationToken cancellation)
    {
        var options = variables.Keys.SelectMany(static name => new[] { "--env", name });
        if (engine.Kind != EngineKind.Buildah)
        {
            var own = network is null ? [] : new[] { "--network", network };
            ContainerRunner.Run(engine, ["run", "--rm", "--interactive", "--tty", "--user", "0", .. own, .. options, "--entrypoint", Shell, image], variables);
            return;
        }

        var container = WorkName.New("firn-shell");
        try
        {
            engine.Do($"open a shell in {image}", "look at `buildah images`", cancellation, "from", "--pull-never", "--name", container, image);
            ContainerRunner.Run(engine, ["run", "--tty", "--user", "0", .. variables.Select(static pair => $"--env={pair.Key}={pair.Value}"), container, "--", Shell], variables);
        }
        finally
        {
            engine.Ask(CancellationToken.None, "rm", container);
        }
    }
}
