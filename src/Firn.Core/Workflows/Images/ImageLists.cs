using System.Collections.Immutable;
using Firn.Images;
using Firn.Images.Engines;

namespace Firn.Workflows.Images;

/// <summary>
/// Puts images of several processors under one name, a manifest list, from which each machine takes its own. podman and buildah
/// keep lists; docker's store has one image under a name.
/// </summary>
internal sealed class ImageLists(ContainerEngine engine)
{
    /// <summary>What a user should know before images of several processors are built; <see langword="null"/> for nothing.</summary>
    public string? Caution => engine.Kind == EngineKind.Docker
        ? "docker keeps no list of several processors under one name: each image gets its own; podman and buildah make the list, too"
        : null;

    /// <summary>Makes the lists of what was built; a list's tag is that of its images without the processor.</summary>
    public IEnumerable<BuiltImage> Make(ImmutableArray<BuiltImage> built, CancellationToken cancellation) =>
        engine.Kind == EngineKind.Docker ? [] : built.GroupBy(static image => WithoutProcessor(image.Names[0]))
            .Select(images => new BuiltImage(
                [.. images.SelectMany(static image => image.Names).GroupBy(WithoutProcessor).Select(list => Make(list.Key, list, cancellation))], null, null)).ToList();

    private static string WithoutProcessor(string name)
    {
        var reference = ImageReference.Parse(name);
        return reference.WithTag(reference.Tag![(reference.Tag!.IndexOf('-', StringComparison.Ordinal) + 1)..]).ToString();
    }

    private string Make(string name, IEnumerable<string> images, CancellationToken cancellation)
    {
        var list = ImageReference.Parse(name);
        // The list is whole before it takes the name of the one before.
        var made = list.WithTag(WorkName.New(ContainerEngine.WorkPrefix));
        try
        {
            engine.Do($"make the list {name}", "look at `firn image show`", cancellation, "manifest", "create", made.ToString());
            foreach (var image in images)
            {
                engine.Do($"put {image} into the list {name}", "look at `firn image show`", cancellation, "manifest", "add", made.ToString(), $"containers-storage:localhost/{image}");
            }

            engine.Tag(made.ToString(), list, cancellation);
        }
        finally
        {
            // Taking a name from an image does not know lists; this takes the one name alone where there is another.
            engine.Ask(CancellationToken.None, "manifest", "rm", made.ToString());
        }

        return name;
    }
}
