using System.Text;
using Firn.Common.Files;

namespace Firn.Images.Engines;

/// <summary>
/// The containers in which podman and buildah make layers, which stay where a build is killed. Their names do not say whose they are,
/// but each keeps what its build was given (buildah's <c>CommonBuildOptions</c>), of which firn makes use: a secret that no step reads
/// has a name that says which process it is.
/// </summary>
internal static class WorkingContainers
{
    private const string Prefix = "firn-build";
    private const string State = "buildah.json";
    private const int MaxState = 16 * 1024 * 1024;

    /// <summary>A name for a build.</summary>
    public static string NewMark() => WorkName.New(Prefix);

    /// <summary>Removes those of builds of this machine whose process is no more.</summary>
    public static void RemoveAbandoned(ContainerEngine engine)
    {
        // Mostly there are none, which this says much faster than the rest is done.
        if (engine.Kind != EngineKind.Docker
            && engine.Ask(CancellationToken.None, engine.Kind == EngineKind.Podman ? ["ps", "--all", "--external", "--quiet"] : ["containers", "--quiet"]).Output.Length > 0)
        {
            Remove(engine, static mark => WorkName.IsAbandoned(mark, Prefix));
        }
    }

    /// <summary>Removes those of a build that has ended.</summary>
    public static void Remove(ContainerEngine engine, string mark) => Remove(engine, found => found == mark);

    private static void Remove(ContainerEngine engine, Predicate<string> isMeant)
    {
        if (engine.Kind == EngineKind.Docker)
        {
            return;
        }

        var asked = engine.Ask(CancellationToken.None, "info", "--format", engine.Kind == EngineKind.Podman ? "{{.Store.GraphRoot}}" : "{{.store.GraphRoot}}");
        var root = Encoding.UTF8.GetString(asked.Output).Trim();
        if (asked.ExitCode != 0 || !Path.IsPathRooted(root))
        {
            return;
        }

        // GRAPHROOT/DRIVER-containers/ID/userdata/buildah.json (containers/storage, buildah: buildah.go). Another machine's is not there.
        foreach (var driver in DirectoryReader.List(root, out _).Where(static entry => entry.Name.EndsWith("-containers", StringComparison.Ordinal)))
        {
            foreach (var container in DirectoryReader.List(Path.Join(root, driver.Name), out _))
            {
                var state = BoundedFile.ReadText(Path.Join(root, driver.Name, container.Name, "userdata", State), MaxState) ?? string.Empty;
                if (MarkIn(state) is { } mark && isMeant(mark))
                {
                    engine.Ask(CancellationToken.None, engine.Kind == EngineKind.Podman ? ["rm", "--force", container.Name] : ["rm", container.Name]);
                }
            }
        }
    }

    /// <summary>The mark in a builder's state, where <c>"Secrets"</c> has <c>"id=firn-build-..,src=..."</c>.</summary>
    private static string? MarkIn(string state)
    {
        const string Start = $"\"id={Prefix}-";
        var at = state.IndexOf(Start, StringComparison.Ordinal);
        var end = at < 0 ? -1 : state.IndexOf(',', at);
        return end < 0 ? null : state[(at + "\"id=".Length)..end];
    }
}
