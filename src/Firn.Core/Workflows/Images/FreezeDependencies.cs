using Firn.Captures;
using Firn.Common;
using Firn.Common.Files;
using Firn.Host.SystemPackages;
using Firn.Images.Engines;
using Firn.Images.Freezing;
using Firn.Images.Installations;
using Firn.Images.Scaffold;
using Firn.Projects;
using Firn.Projects.Templates;
using Firn.Python;

namespace Firn.Workflows.Images;

/// <summary>Which lists of packages to write exact versions into, and what is installed.</summary>
public sealed record FreezeDependenciesRequest
{
    /// <summary>Which installation, and by which engine.</summary>
    public InstallationSelection Selection { get; init; } = new();

    /// <summary>The folder with the lists; <see langword="null"/> for the installation's.</summary>
    public string? Dependencies { get; init; }

    /// <summary>The environment; <see langword="null"/> for the one that is active, as it is inside an image.</summary>
    public string? Environment { get; init; }

    /// <summary>An image or a running container in which the environment is; <see langword="null"/> for here.</summary>
    public string? Inside { get; init; }

    /// <summary>firn as one file, which reads inside the image.</summary>
    public string? Program { get; init; }
}

/// <summary>
/// Writes exact versions into an installation's lists of packages: <c>requirements.txt</c> with what pip installed into the
/// environment, or <c>environment.yml</c> with conda's packages and pip's, and the lists of system packages. Comments and order stay;
/// what the base image brought is left out. A lock is exact as it is.
/// </summary>
/// <param name="systemContext">Variables, home and current folder.</param>
public sealed class FreezeDependencies(SystemContext systemContext)
{
    private const string Ignored = "ignore.txt";
    private const string RuntimeList = "apt-runtime.txt";
    private const string Inside = "/firn-dependencies";
    private const string WarningStart = "warning: ";
    private const int MaxList = 16 * 1024 * 1024;

    private static readonly string[] SystemLists = ["apt-build.txt", RuntimeList, "apt-dev.txt"];

    /// <summary>Decides what the lists say. Nothing is written.</summary>
    /// <param name="request">Which lists, and what is installed.</param>
    /// <param name="observer">Is told what the lists name and is not installed, and which engine was passed over.</param>
    /// <param name="cancellation">Ends it; no container is left.</param>
    /// <exception cref="FirnException">There is no installation, no list, no environment, or no such image.</exception>
    public FilePlan Plan(FreezeDependenciesRequest request, IWorkObserver? observer = null, CancellationToken cancellation = default)
    {
        var (folder, relative) = Place(request, cancellation);
        var list = DependencyFile.In(Path.Join(folder, relative)) ?? throw new FirnException(
            $"{Path.Join(folder, relative)} has neither {DependencyFile.Requirements} nor {DependencyFile.CondaSpec}", "name the folder of the lists", FailureKind.InvalidRequest);
        var frozen = (request.Inside ?? ImageOfProject(request)) is { } inside
            ? FrozenInside(inside, request, Path.Join(folder, relative), list, observer, cancellation)
            : FrozenHere(request, Path.Join(folder, relative), list, observer);
        return new FilePlan(
            folder,
            [
                .. from one in frozen
                   select new PlannedFile(relative.Length == 0 ? one.Key : $"{relative}/{one.Key}", Read(folder, relative, one.Key), one.Value),
            ]);
    }

    /// <summary>The image that the project here chooses as its environment, where none is named.</summary>
    private string? ImageOfProject(FreezeDependenciesRequest request) =>
        request.Environment is null && ImageOfContainer.Of(systemContext) is null
        && ProjectLocator.Find(null, systemContext) is { } folder && ProjectReader.ReadSettings(folder).Environment is { Kind: EnvironmentChoiceKind.Image } choice
            ? choice.Value
            : null;

    private (string Folder, string Relative) Place(FreezeDependenciesRequest request, CancellationToken cancellation)
    {
        if (request.Dependencies is { } dependencies)
        {
            return (Path.GetFullPath(dependencies, systemContext.CurrentDirectory), string.Empty);
        }

        var installation = request.Selection.Find(systemContext, cancellation);
        return (installation.ProjectFolder, Path.GetRelativePath(installation.ProjectFolder, Path.Join(installation.Folder, "dependencies")));
    }

    private static string? Read(params string[] parts) => BoundedFile.ReadText(Path.Join(parts), MaxList);

    private SortedDictionary<string, string> FrozenHere(FreezeDependenciesRequest request, string folder, string list, IWorkObserver? observer)
    {
        var capture = new EnvironmentInspector(systemContext).Inspect(new InspectionRequest { Environment = request.Environment }).Capture;
        var ignored = FrozenSystemPackages.Names(Read(folder, Ignored) ?? string.Empty).Select(CanonicalName.Of).ToHashSet(StringComparer.Ordinal);
        var text = Read(folder, list) ?? string.Empty;
        var frozen = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [list] = list switch
            {
                DependencyFile.Requirements => FrozenRequirements.Write(text, capture, ignored),
                DependencyFile.CondaSpec => FrozenCondaSpec.Write(text, capture, ignored),
                _ => text,
            },
        };
        var lists = SystemLists.Select(name => (Name: name, Text: Read(folder, name))).Where(static found => found.Text is not null).ToList();
        var versions = VersionsOf([.. lists.SelectMany(static found => FrozenSystemPackages.Names(found.Text!))]);
        foreach (var (name, before) in lists)
        {
            frozen[name] = FrozenSystemPackages.Write(before!, versions);
        }

        IEnumerable<string> named = list switch
        {
            DependencyFile.Requirements => FrozenRequirements.Names(text),
            DependencyFile.CondaSpec => FrozenCondaSpec.Names(text),
            _ => [],
        };
        TellMissing(list, MissingPackages.In(named, capture, ignored), observer);
        // The other lists are of stages whose packages no image for running has.
        TellMissing(RuntimeList, FrozenSystemPackages.Names(Read(folder, RuntimeList) ?? string.Empty).Where(name => !versions.ContainsKey(name)), observer);

        return frozen;
    }

    private static void TellMissing(string list, IEnumerable<string> names, IWorkObserver? observer)
    {
        var missing = names.Distinct().ToList();
        if (missing.Count > 0)
        {
            observer?.Tell(new WorkNotice.Warning($"{list} names what is not installed there, and keeps its lines: {ShortList.Of(missing, ", ")}"));
        }
    }

    /// <summary>The versions of system packages as dpkg has them installed.</summary>
    private Dictionary<string, string> VersionsOf(HashSet<string> names)
    {
        var versions = new Dictionary<string, string>(StringComparer.Ordinal);
        var status = BoundedFile.Read(systemContext.SystemPath("/var/lib/dpkg/status"), 256 * 1024 * 1024);
        if (status.IsComplete)
        {
            DpkgStatus.Find(status.Bytes, names, (name, _, version) => versions.TryAdd(name, version));
        }

        return versions;
    }

    /// <summary>The same by firn itself inside a container, on copies of the lists.</summary>
    private SortedDictionary<string, string> FrozenInside(
        string inside, FreezeDependenciesRequest request, string folder, string list, IWorkObserver? observer, CancellationToken cancellation)
    {
        var program = request.Program ?? throw new FirnException("this firn is not one file, which could read inside an image", "use the published program");
        var engine = request.Selection.FindEngine(null, runs: true, systemContext, observer, cancellation);
        var isContainer = engine.Ask(cancellation, "container", "inspect", inside).ExitCode == 0;
        if (!isContainer)
        {
            var own = new InstallationReader(systemContext).ImageOf(inside, systemContext.CurrentDirectory, cancellation);
            inside = own?.ToString() ?? inside;
            // An engine would look for an unknown name in registries.
            using var image = OpenedImage.Open(inside, engine, cancellation, isBuilt: own is not null);
        }

        var capturer = new ContainerProgram(engine, program);
        var copies = Directory.CreateTempSubdirectory("firn-freeze-");
        try
        {
            foreach (var name in SystemLists.Append(list).Append(Ignored).Where(name => File.Exists(Path.Join(folder, name))))
            {
                File.Copy(Path.Join(folder, name), Path.Join(copies.FullName, name));
            }

            IReadOnlyList<string> command = ["freeze", .. request.Environment is { } environment ? new[] { environment } : [], "--dependencies", Inside, "--yes"];
            var said = capturer.Run($"freeze what is in {inside}", inside, isContainer, command, copies.FullName, Inside, cancellation);
            foreach (var line in said.Error.Split('\n').Where(static line => line.StartsWith(WarningStart, StringComparison.Ordinal)))
            {
                observer?.Tell(new WorkNotice.Warning(line[WarningStart.Length..].Trim()));
            }

            var frozen = new SortedDictionary<string, string>(StringComparer.Ordinal);
            foreach (var name in SystemLists.Append(list))
            {
                if (Read(copies.FullName, name) is { } text)
                {
                    frozen[name] = text;
                }
            }

            return frozen;
        }
        finally
        {
            copies.Delete(recursive: true);
        }
    }
}
