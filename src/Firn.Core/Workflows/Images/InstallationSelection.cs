using Firn.Common;
using Firn.Images.Engines;
using Firn.Images.Installations;

namespace Firn.Workflows.Images;

/// <summary>An installation of images, and the container engine that works with it.</summary>
public sealed record InstallationSelection
{
    /// <summary>A folder of the project or of the installation.</summary>
    public string Folder { get; init; } = ".";

    /// <summary>Which installation, where the project has several: <c>docker-amd64-cuda</c> or <c>amd64-cuda</c>.</summary>
    public string? Name { get; init; }

    /// <summary>The container engine; <see langword="null"/> for that of the settings, else the one that is there.</summary>
    public string? Engine { get; init; }

    /// <summary>Reads the installation.</summary>
    /// <exception cref="FirnException">There is none, or more than one.</exception>
    internal Installation Find(SystemContext systemContext, CancellationToken cancellation) =>
        new InstallationReader(systemContext).Find(Path.GetFullPath(Folder, systemContext.CurrentDirectory), Name, cancellation);

    /// <summary>Finds the engine for it.</summary>
    /// <exception cref="FirnException">There is none that works.</exception>
    internal ContainerEngine FindEngine(
        Installation? installation, bool runs, SystemContext systemContext, IWorkObserver? observer, CancellationToken cancellation) =>
        EngineChoice.Find(Engine ?? installation?.Engine, runs, systemContext, observer, cancellation);
}

/// <summary>The container engine that is used, with a word where it is not the one that a user may think.</summary>
internal static class EngineChoice
{
    /// <summary>Finds it as <see cref="EngineFinder.Find"/> does, and tells where one that comes first does not work.</summary>
    public static ContainerEngine Find(string? wanted, bool runs, SystemContext systemContext, IWorkObserver? observer, CancellationToken cancellation)
    {
        var engine = EngineFinder.Find(wanted, runs, systemContext, cancellation);
        if (engine.InsteadOf is { } reason)
        {
            observer?.Tell(new WorkNotice.Remark($"{engine.Name} is taken, since {reason}"));
        }

        return engine;
    }
}
