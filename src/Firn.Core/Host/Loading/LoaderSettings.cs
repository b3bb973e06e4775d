using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Files;
using Firn.Host.Binaries;
using Firn.Host.Machine;

namespace Firn.Host.Loading;

/// <summary>What the loader of a machine knows before it looks for the first library.</summary>
internal sealed class LoaderSettings
{
    /// <summary>The folder of libraries for certain processors, in any folder of libraries.</summary>
    public const string LevelsFolder = "glibc-hwcaps";

    private const int PathFileLimit = 64 * 1024;
    private readonly SystemContext _systemContext;
    private readonly string _prefix;
    private readonly Dictionary<string, ImmutableArray<string>> _levels = new(StringComparer.Ordinal);
    private ImmutableArray<string>? _hardwareLevels;

    /// <param name="systemContext">The machine.</param>
    /// <param name="program">The program that loads: its class, machine and <c>PT_INTERP</c> count.</param>
    /// <param name="prefix">The environment; paths into it are not looked up below the context's root.</param>
    public LoaderSettings(SystemContext systemContext, ElfImage program, string prefix)
    {
        _systemContext = systemContext;
        _prefix = prefix;
        Program = program;
        MuslLoader = Musl(program);
        Cache = MuslLoader is null ? LdSoCache.Read(systemContext.SystemPath("/etc/ld.so.cache")) : null;
        LibraryPath = Folders(systemContext.Variable("LD_LIBRARY_PATH"), [':', ';']);
        DefaultFolders = MuslLoader is null ? GlibcFolders(program) : MuslFolders();
        Library = LibraryToken(program);
    }

    public ElfImage Program { get; }

    /// <summary><c>PT_INTERP</c> where the program runs on musl.</summary>
    public string? MuslLoader { get; }

    /// <summary><see langword="null"/> on musl, which has none.</summary>
    public LdSoCache? Cache { get; }

    /// <summary><c>LD_LIBRARY_PATH</c>.</summary>
    public ImmutableArray<string> LibraryPath { get; }

    public ImmutableArray<string> DefaultFolders { get; }

    /// <summary>What <c>$LIB</c> stands for.</summary>
    public string Library { get; }

    /// <summary>The x86-64 levels of this CPU, best first; read only where a library comes in several.</summary>
    public ImmutableArray<string> HardwareLevels =>
        _hardwareLevels ??= Firn.Host.Machine.X86Levels.Of(CpuReader.Flags(_systemContext));

    /// <summary>
    /// The sub-folders that the loader searches before the folder itself, best first: of each folder, whether the run path,
    /// LD_LIBRARY_PATH or the defaults name it (glibc 2.33: elf/dl-load.c <c>fillin_rpath</c>, elf/dl-hwcaps.c).
    /// </summary>
    public ImmutableArray<string> LevelsIn(string folder)
    {
        if (!_levels.TryGetValue(folder, out var levels))
        {
            levels = MuslLoader is null && Directory.Exists(Path.Join(folder, LevelsFolder)) && HasLevels() ? HardwareLevels : [];
            _levels.Add(folder, levels);
        }

        return levels;
    }

    /// <summary>Older loaders have other sub-folders, which nobody ships any more.</summary>
    private bool HasLevels() =>
        LibcReader.Read(_systemContext, "x86_64") is not { Name: "glibc", Version: { } version }
        || GlibcVersion.Parse(version) is not { } parsed || parsed >= new GlibcVersion(2, 33);

    /// <summary>Where the file is for this process: below the context's root unless it is the environment's.</summary>
    public string Physical(string path) =>
        _systemContext.RootDirectory == "/"
        || RealPath.IsWithin(path, _prefix)
        || RealPath.IsWithin(path, _systemContext.RootDirectory)
            ? path
            : _systemContext.SystemPath(path);

    private static string? Musl(ElfImage program) =>
        program.Interpreter is { } interpreter && interpreter.Contains("/ld-musl-", StringComparison.Ordinal)
            ? interpreter
            : null;

    private ImmutableArray<string> GlibcFolders(ElfImage program)
    {
        // Debian's glibc searches the multiarch folders; others are built with /lib64 where that is their slibdir.
        var folders = ImmutableArray.CreateBuilder<string>(6);
        if (ElfMachine.MultiarchTriplet(program) is { } triplet)
        {
            folders.Add(Physical("/lib/" + triplet));
            folders.Add(Physical("/usr/lib/" + triplet));
        }

        if (program.Is64Bit)
        {
            folders.Add(Physical("/lib64"));
            folders.Add(Physical("/usr/lib64"));
        }

        folders.Add(Physical("/lib"));
        folders.Add(Physical("/usr/lib"));
        return folders.ToImmutable();
    }

    /// <summary>musl: ldso/dynlink.c, <c>sys_path</c>.</summary>
    private ImmutableArray<string> MuslFolders()
    {
        var name = MuslLoader!.AsSpan(MuslLoader!.LastIndexOf('/') + 1);
        var end = name.IndexOf(".so", StringComparison.Ordinal);
        var architecture = name.StartsWith("ld-musl-", StringComparison.Ordinal) && end > 0 ? name[..end].ToString() : "ld-musl";
        var text = BoundedFile.ReadText(_systemContext.SystemPath($"/etc/{architecture}.path"), PathFileLimit);
        return Folders(text ?? "/lib:/usr/local/lib:/usr/lib", [':', '\n']);
    }

    private ImmutableArray<string> Folders(string? list, char[] separators)
    {
        if (list is null)
        {
            return [];
        }

        var folders = ImmutableArray.CreateBuilder<string>();
        foreach (var part in list.Split(separators))
        {
            // An empty or relative part means the current folder of whoever starts Python: no fact of the environment.
            if (part.StartsWith('/') && !part.Contains('\0', StringComparison.Ordinal))
            {
                folders.Add(Physical(Path.GetFullPath(part)));
            }
        }

        return folders.ToImmutable();
    }

    private string LibraryToken(ElfImage program)
    {
        if (ElfMachine.MultiarchTriplet(program) is { } triplet && Directory.Exists(Physical("/usr/lib/" + triplet)))
        {
            return "lib/" + triplet;
        }

        return program.Is64Bit && Directory.Exists(Physical("/usr/lib64")) ? "lib64" : "lib";
    }
}

/// <summary>
/// Turns <c>DT_RPATH</c> and <c>DT_RUNPATH</c> into folders: <c>$ORIGIN</c>, <c>$LIB</c> and <c>$PLATFORM</c> expanded
/// as ld.so(8) has it. Each pair of value and origin is expanded once.
/// </summary>
internal sealed class RunPathExpander(LoaderSettings settings)
{
    private const int MaxFolders = 256;
    private readonly Dictionary<string, string[]> _known = new(StringComparer.Ordinal);

    /// <summary>The folders in the order of the search; relative ones are left out.</summary>
    public string[] Folders(string runPath, string origin)
    {
        var key = string.Concat(runPath, "\0", origin);
        if (_known.TryGetValue(key, out var known))
        {
            return known;
        }

        var folders = new List<string>();
        foreach (var part in runPath.Split(':'))
        {
            if (folders.Count < MaxFolders && Expand(part, origin) is { } folder)
            {
                folders.Add(folder);
            }
        }

        var expanded = folders.ToArray();
        _known.Add(key, expanded);
        return expanded;
    }

    /// <summary>The absolute path; <see langword="null"/> where the text is relative or holds a token unknown here.</summary>
    public string? Expand(string text, string origin)
    {
        if (text.Contains('$', StringComparison.Ordinal))
        {
            text = Replace(text, "ORIGIN", origin);
            text = Replace(text, "LIB", settings.Library);
            text = Replace(text, "PLATFORM", ElfMachine.Platform(settings.Program) ?? "$PLATFORM");
        }

        // The origin is a real path, so that removing ".." from the text gives what the kernel would find.
        var path = text.StartsWith('/') ? Path.GetFullPath(text) : null;
        return path is null || IsOfTheKernel(path) ? null : settings.Physical(path);
    }

    /// <summary>No library lies there, and opening a device can do things. The memory file system in <c>/dev</c> holds files.</summary>
    private static bool IsOfTheKernel(string path) =>
        (RealPath.IsWithin(path, "/dev") && !RealPath.IsWithin(path, "/dev/shm")) || RealPath.IsWithin(path, "/proc") || RealPath.IsWithin(path, "/sys");

    private static string Replace(string text, string token, string value) => text
        .Replace("${" + token + "}", value, StringComparison.Ordinal)
        .Replace("$" + token, value, StringComparison.Ordinal);
}
