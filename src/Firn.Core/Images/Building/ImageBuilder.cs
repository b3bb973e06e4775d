using System.Text;
using Firn.Common;
using Firn.Images.Engines;

namespace Firn.Images.Building;

/// <summary>Has an engine build images under a name of the build's own, which nobody sees before all of them are whole.</summary>
/// <param name="engine">The engine.</param>
/// <param name="shown">Is told each line that the engine prints.</param>
internal sealed class ImageBuilder(ContainerEngine engine, Action<string> shown)
{
    /// <summary>What the last build that failed had made before the step that failed; <see langword="null"/> where that is not known.</summary>
    public ImageBuild? BeforeFailure { get; private set; }

    /// <summary>Builds.</summary>
    /// <param name="build">What.</param>
    /// <param name="name">The name that it gets.</param>
    /// <param name="what">How messages call it.</param>
    /// <param name="cancellation">Ends the engine.</param>
    /// <exception cref="FirnException">A step failed.</exception>
    public void Build(ImageBuild build, ImageReference name, string what, CancellationToken cancellation)
    {
        using var folder = new WorkFolder();
        var mark = WorkingContainers.NewMark();
        try
        {
            var dockerfile = Path.Join(folder.FullName, "Dockerfile");
            var text = PortableDockerfile.For(engine, build.Dockerfile);
            folder.Write("Dockerfile", text);
            // Without a folder to send, an empty one is sent.
            var context = build.Context ?? folder.MakeFolder("context");
            var log = new BuildLog(shown);
            var result = engine.Ask(BuildArguments.Of(engine, build, dockerfile, context, name, mark), log.Add, cancellation);
            if (result.ExitCode != 0)
            {
                BeforeFailure = log.Step is { } step && StepPlace.Before(text, step) is { } before ? build with { Dockerfile = before, Target = null } : null;
                throw log.Failure(engine, what, result.Reason);
            }
        }
        finally
        {
            if (cancellation.IsCancellationRequested)
            {
                // Where it was killed in the end.
                WorkingContainers.Remove(engine, mark);
            }
        }
    }

    /// <summary>Adds labels to an image without a layer.</summary>
    public void Label(ImageReference image, IEnumerable<KeyValuePair<string, string>> labels, ImageReference name, string? platform, CancellationToken cancellation)
    {
        var text = new StringBuilder($"FROM {Local(image)}\n");
        foreach (var (key, value) in labels)
        {
            text.Append($"LABEL \"{key}\"=\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"\n");
        }

        Build(new ImageBuild { Dockerfile = text.ToString(), Platform = platform }, name, $"the labels of {image}", cancellation);
    }

    /// <summary>podman and buildah keep images without a registry below <c>localhost</c>.</summary>
    private string Local(ImageReference image) =>
        engine.Kind == EngineKind.Docker || image.Host is not null ? image.ToString() : $"localhost/{image}";
}
