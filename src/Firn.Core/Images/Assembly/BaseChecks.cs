using System.Collections.Immutable;
using Firn.Archives.Documents;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Host.Binaries;
using Firn.Host.Loading;

namespace Firn.Images.Assembly;

/// <summary>Whether an environment can run on an image, told from its files, without running anything.</summary>
internal static class BaseChecks
{
    private const int MaxShown = 12;

    /// <summary>What the container's runtime brings with the driver of the machine that it runs on (nvidia-container-toolkit).</summary>
    private static readonly string[] OfDriver = ["libcuda.so", "libnvidia-", "libnvcuvid.so"];

    /// <summary>Extension modules of the standard library that most systems lack the libraries of, and how they are imported.</summary>
    private static readonly (string File, string Name)[] OptionalModules =
        [("_tkinter", "tkinter"), ("nis", "nis"), ("_gdbm", "dbm.gnu"), ("_dbm", "dbm.ndbm"), ("ossaudiodev", "ossaudiodev")];

    /// <summary>What stands in the way, a line each.</summary>
    /// <param name="document">The environment.</param>
    /// <param name="capture">What was captured of it; <see langword="null"/> where nothing is known of its libraries.</param>
    /// <param name="below">The image.</param>
    /// <param name="files">Its files.</param>
    /// <param name="bringsLibraries">Whether the libraries of the machine that was captured come along.</param>
    public static ImmutableArray<MessageText> Obstacles(ArchiveDocument document, Capture? capture, BaseImage below, BaseSummary files, bool bringsLibraries)
    {
        var obstacles = ImmutableArray.CreateBuilder<MessageText>();
        var architecture = ImageConfiguration.ArchitectureOf(document.Platform);
        if (!document.Platform.StartsWith("linux-", StringComparison.Ordinal))
        {
            obstacles.Add($"the environment is for {document.Platform}, and images are for Linux");
        }
        else if (ImageConfiguration.ArchitectureIn(below.Configuration) is var other && other != architecture)
        {
            obstacles.Add($"the environment is for {architecture}, {below.Name} is for {other ?? "no processor that it names"}");
        }

        if (capture is null || bringsLibraries)
        {
            return obstacles.ToImmutable();
        }

        AddLibc(capture, below, files, obstacles);
        AddLibraries(capture, below, files, obstacles);
        return obstacles.ToImmutable();
    }

    /// <summary>Whether a library is the driver's.</summary>
    public static bool IsOfDriver(string soname) => OfDriver.Any(start => soname.StartsWith(start, StringComparison.Ordinal));

    private static void AddLibc(Capture capture, BaseImage below, BaseSummary files, ImmutableArray<MessageText>.Builder obstacles)
    {
        if (capture.NativeLibraries.RequiredGlibc is not { } required)
        {
            return;
        }

        if (files.Glibc is null && files.HasMusl)
        {
            obstacles.Add($"the environment needs glibc {required}, {below.Name} has musl");
        }
        else if (files.Glibc is { } version && GlibcVersion.Parse(version) is { } present && present < required)
        {
            obstacles.Add($"the environment needs glibc {required}, {below.Name} has {present}");
        }
    }

    /// <summary>Libraries that only modules of Python need which few programs import: a note for each that the image lacks.</summary>
    public static ImmutableArray<Problem> OptionalLacks(Capture? capture, BaseImage below, BaseSummary files) => capture is null ? [] :
    [
        .. Missing(capture, files).Where(library => ModulesOf(capture, library) is not null)
            .Select(library => new Problem("base-lacks", null, $"{below.Name} has no {library.Soname}: Python's {ModulesOf(capture, library)} cannot be imported")),
    ];

    /// <summary>Libraries that the environment itself needs of its system. What those need, the packages of the image bring.</summary>
    private static void AddLibraries(Capture capture, BaseImage below, BaseSummary files, ImmutableArray<MessageText>.Builder obstacles)
    {
        var missing = Missing(capture, files).Where(library => ModulesOf(capture, library) is null).ToList();
        foreach (var library in missing.Take(MaxShown))
        {
            var package = library.SystemPackage is { } owner ? $", which {owner.Name} has" : string.Empty;
            obstacles.Add($"{below.Name} has no {library.Soname}{package}; needed by {ShortList.Of([.. NeedingOf(capture, library)], ", ")}");
        }

        if (missing.Count > MaxShown)
        {
            obstacles.Add($"{below.Name} has none of {missing.Count - MaxShown} more libraries");
        }
    }

    private static List<NativeLibrary> Missing(Capture capture, BaseSummary files)
    {
        var present = files.Libraries.ToHashSet(StringComparer.Ordinal);
        return [.. capture.NativeLibraries.Libraries.Where(library =>
            !library.InEnvironment && !present.Contains(library.Soname) && !IsOfDriver(library.Soname) && NeedingOf(capture, library).Any())];
    }

    /// <summary>Who needs a library, libraries of the system left out.</summary>
    private static IEnumerable<string> NeedingOf(Capture capture, NativeLibrary library) => library.NeededBy.Where(needing =>
        !capture.NativeLibraries.Libraries.Any(other => !other.InEnvironment && other.Soname == needing));

    /// <summary>The modules of Python that alone need a library, where few programs import them; else <see langword="null"/>.</summary>
    private static string? ModulesOf(Capture capture, NativeLibrary library)
    {
        var modules = capture.NativeLibraries.Objects.Where(file => file.Needed.Contains(library.Soname))
            .Select(static file => OptionalModules.FirstOrDefault(module => Path.GetFileName(file.Path).StartsWith(module.File + ".", StringComparison.Ordinal)).Name ?? string.Empty).ToList();
        return modules.Count > 0 && !modules.Contains(string.Empty) && NeedingOf(capture, library).All(static needing => needing == "python")
            ? string.Join(", ", modules.Distinct())
            : null;
    }
}
