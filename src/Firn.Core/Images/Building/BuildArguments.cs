using System.Collections.Immutable;
using Firn.Images.Engines;

namespace Firn.Images.Building;

/// <summary>What a build is made of.</summary>
internal sealed record ImageBuild
{
    /// <summary>The Dockerfile's text.</summary>
    public required string Dockerfile { get; init; }

    /// <summary>The folder that is sent to the builder; <see langword="null"/> for none.</summary>
    public string? Context { get; init; }

    /// <summary>The stage; <see langword="null"/> for the last.</summary>
    public string? Target { get; init; }

    public ImmutableSortedDictionary<string, string> Arguments { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>For example <c>linux/arm64</c>; <see langword="null"/> for this machine's.</summary>
    public string? Platform { get; init; }

    /// <summary>Files that steps may read and no layer keeps: a name and its file.</summary>
    public ImmutableSortedDictionary<string, string> Secrets { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>For example <c>host</c>.</summary>
    public string? Network { get; init; }

    /// <summary>Whether the base is asked for anew.</summary>
    public bool Pulls { get; init; }
}

/// <summary>Build command lines.</summary>
internal static class BuildArguments
{
    /// <summary>The arguments of <c>docker build</c>, <c>podman build</c>, <c>buildah build</c>.</summary>
    /// <param name="engine">Whose.</param>
    /// <param name="build">What.</param>
    /// <param name="dockerfile">The file with the Dockerfile's text.</param>
    /// <param name="context">The folder that is sent to the builder.</param>
    /// <param name="name">The name that the image gets.</param>
    /// <param name="mark">A name by which the working containers of this build are found.</param>
    public static ImmutableArray<string> Of(ContainerEngine engine, ImageBuild build, string dockerfile, string context, ImageReference name, string mark)
    {
        var arguments = ImmutableArray.CreateBuilder<string>();
        arguments.AddRange("build", "--file", dockerfile, "--tag", name.ToString());
        if (build.Target is { } target)
        {
            arguments.AddRange("--target", target);
        }

        foreach (var (key, value) in build.Arguments)
        {
            arguments.AddRange("--build-arg", $"{key}={value}");
        }

        foreach (var (key, value) in build.Labels)
        {
            arguments.AddRange("--label", $"{key}={value}");
        }

        // docker's older builder has none: the mount is not in its Dockerfile either.
        if (engine.Builder != BuilderKind.Classic)
        {
            foreach (var (id, file) in build.Secrets)
            {
                arguments.AddRange("--secret", $"id={id},src={file}");
            }
        }

        if (build.Platform is { } platform)
        {
            arguments.AddRange("--platform", platform);
        }

        if (build.Network is { } network)
        {
            arguments.AddRange("--network", network);
        }

        if (engine.Kind != EngineKind.Docker || engine.Builder == BuilderKind.Classic)
        {
            // Else the container of a step that fails is kept.
            arguments.Add("--force-rm");
        }

        if (engine.Kind != EngineKind.Docker)
        {
            // The names of Dockerfiles are docker's: without this, podman and buildah ask which registry is meant, and
            // buildah keeps no layer for the next build.
            arguments.AddRange("--format", "docker", "--layers");
            arguments.AddRange("--secret", $"id={mark},src={dockerfile}");
        }

        if (build.Pulls)
        {
            arguments.Add("--pull");
        }

        arguments.Add(context);
        return arguments.ToImmutable();
    }
}
