using Firn.Captures;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Host.Loading;
using Firn.Host.Machine;
using Firn.Python;
using Firn.Python.Distributions;

namespace Firn.Cli.Output;

/// <summary>The few lines that tell a person what was captured. Plain text: a table's library costs 30 ms to load.</summary>
internal sealed class CaptureSummary(TextWriter output)
{
    private static readonly (string Role, string Title)[] Roles =
    [
        (NativeLibraryRoles.Blas, "BLAS"),
        (NativeLibraryRoles.Lapack, "LAPACK"),
        (NativeLibraryRoles.Fftw, "FFTW"),
        (NativeLibraryRoles.OpenMp, "OpenMP"),
        (NativeLibraryRoles.Cuda, "CUDA"),
        (NativeLibraryRoles.Mpi, "MPI"),
        (NativeLibraryRoles.Libc, "libc"),
    ];

    public void Write(Inspection inspection)
    {
        var capture = inspection.Capture;
        Line("Environment", $"{capture.Environment.Prefix} ({inspection.Reason})");
        Line("Layers", string.Join(" on ", capture.Environment.Layers.Select(Layer)));
        Line("Python", Python(capture.Environment));
        Line("Packages", Packages(capture));
        WriteConda(capture.Conda);
        WriteNative(capture.NativeLibraries);
        WriteHost(capture.Host);
        if (capture.Project is { } project)
        {
            Line("Project", Project(project));
        }

        if (!capture.NotReplayable.IsEmpty)
        {
            Line("Not replayable", $"{Count(capture.NotReplayable.Length, "line")} of the faithful files; "
                + "`firn export --format requirements` writes lines that install anywhere");
        }

        Line("Environment id", capture.EnvironmentId);
    }

    private void WriteConda(CondaFacts? conda)
    {
        if (conda is null)
        {
            return;
        }

        var overwritten = conda.Overwritten.IsEmpty ? string.Empty : $", {conda.Overwritten.Length} overwritten by pip";
        Line("Conda", $"{Count(conda.Packages.Length, "package")} for {conda.Platform}, "
            + $"{conda.PipPackages.Length} from pip{overwritten}");
    }

    private void WriteNative(NativeLibraries native)
    {
        var outside = native.Libraries.Count(library => !library.InEnvironment);
        Line("Native", $"{Count(native.Objects.Length, "compiled file")}, {Count(native.Libraries.Length, "library", "libraries")}, "
            + $"{outside} of the system");
        foreach (var (role, title) in Roles)
        {
            var names = native.Libraries.Where(library => library.Role == role && IsMain(library)).Select(Library).ToList();
            if (names.Count > 0)
            {
                Line("  " + title, string.Join(", ", names));
            }
        }

        if (!native.Unresolved.IsEmpty)
        {
            Line("  not found", string.Join(", ", native.Unresolved.Select(library => library.Name)));
        }
    }

    /// <summary>Of the C library's many files only the library itself tells something.</summary>
    private static bool IsMain(NativeLibrary library) =>
        library.Role != NativeLibraryRoles.Libc
        || library.Soname.StartsWith("libc.", StringComparison.Ordinal)
        || library.Soname.StartsWith("ld-musl", StringComparison.Ordinal);

    private static string Library(NativeLibrary library)
    {
        var file = library.Path[(library.Path.LastIndexOf('/') + 1)..];
        return library.SystemPackage is { } package ? $"{file} ({package.Name} {package.Version})"
            : library.Owner is { } owner ? $"{file} ({owner})"
            : file;
    }

    private void WriteHost(HostFacts host)
    {
        var libc = host.Libc is { } found ? $", {found.Name} {found.Version}" : string.Empty;
        Line("Host", $"{host.OperatingSystem.Name}, {host.Kernel.Name} {host.Kernel.Release}{libc}");
        var usable = host.Limits.CpuQuotaMillis is { } quota ? $" (limited to {quota / 1000.0:0.##})"
            : host.Limits.AffinityCount is { } allowed && allowed != host.Cpu.LogicalCount ? $" ({allowed} allowed)"
            : string.Empty;
        var memory = host.MemoryBytes is { } bytes ? $", {SizeText.Of(bytes)} memory" : string.Empty;
        Line("  CPU", $"{host.Cpu.Model ?? host.Kernel.Machine}, {Count(host.Cpu.LogicalCount, "core")}{usable}{memory}");
        foreach (var device in host.Gpu.Devices)
        {
            Line("  GPU", device.Model + (host.Gpu.NvidiaDriver is { } driver ? $", driver {driver}" : string.Empty));
        }

        if (host.Container is not null || host.BatchJob is not null)
        {
            var job = host.BatchJob is { } batch ? $"{batch.System} job {batch.Id}" : null;
            Line("  runs in", string.Join(", ", new[] { host.Container, job }.Where(text => text is not null)));
        }
    }

    private static string Python(PythonEnvironment environment)
    {
        if (!environment.HasPython)
        {
            return "none";
        }

        var name = environment.Implementation == "cpython" ? "CPython" : environment.Implementation;
        var threads = environment.FreeThreaded ? ", free-threaded" : string.Empty;
        return $"{name} {environment.PythonVersion}{threads}, {environment.Executable ?? "no executable"}";
    }

    private static string Packages(Capture capture)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var editable = 0;
        foreach (var distribution in capture.Distributions)
        {
            var owner = Owner(distribution);
            counts.TryGetValue(owner, out var count);
            counts[owner] = count + 1;
            editable += distribution.Editable is null ? 0 : 1;
        }

        var text = Count(capture.Distributions.Length, "distribution");
        var separator = ": ";
        var owners = new List<string>(counts.Keys);
        owners.Sort(StringComparer.Ordinal);
        foreach (var owner in owners)
        {
            text += $"{separator}{counts[owner]} {owner}";
            separator = ", ";
        }

        return editable > 0 ? $"{text} ({editable} editable)" : text;
    }

    private static string Owner(Distribution distribution) => distribution.Owner switch
    {
        DistributionOwner.Unknown => "of unknown installer",
        DistributionOwner.System => "from the system",
        DistributionOwner.Pip => "from pip",
        DistributionOwner.Uv => "from uv",
        DistributionOwner.Poetry => "from poetry",
        DistributionOwner.Conda => "from conda",
        _ => $"from {distribution.Installer}",
    };

    private static string Project(Firn.Git.GitState project)
    {
        var commit = project.Commit is { } id ? id[..Math.Min(12, id.Length)] : "no commit";
        var state = project.IsDirty switch
        {
            true => project.ModifiedCount > 0 ? $", {project.ModifiedCount} changed" : ", changed",
            false => ", clean",
            null => string.Empty,
        };
        return $"{project.WorkTree}, {project.Branch ?? "detached"} at {commit}{state}";
    }

    private static string Layer(EnvironmentLayer layer) => layer.Creator ?? layer.Kind switch
    {
        EnvironmentLayerKind.VirtualEnvironment => "venv",
        EnvironmentLayerKind.UvManaged => "uv's Python",
        EnvironmentLayerKind.System => "system Python",
        EnvironmentLayerKind.Conda => "conda",
        EnvironmentLayerKind.Pixi => "pixi",
        EnvironmentLayerKind.Pyenv => "pyenv",
        _ => "Python",
    };

    private static string Count(int count, string one, string? many = null) =>
        count == 1 ? $"1 {one}" : $"{count} {many ?? one + "s"}";

    private void Line(string title, string text) => output.WriteLine($"{title,-15} {TerminalText.Clean(text)}");
}
