using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Files;
using Firn.Host.Binaries;
using Firn.Host.SystemPackages;

namespace Firn.Host.Loading;

/// <summary>Reads what an environment's compiled parts are linked with, as the loader would find it, loading nothing.</summary>
internal sealed class NativeLibraryInspector
{
    private const int MaxCandidates = 200_000;
    private readonly NativeLibraryRequest _request;
    private readonly List<Problem> _problems;
    private readonly SharedObjectCache _files = new(new RealPathCache());
    private readonly BundledLibraries _bundled = new();
    private readonly List<string> _missingAtStart = [];
    private readonly EnvironmentPaths _paths;
    private readonly NativeLibraryCollector _collector;

    private NativeLibraryInspector(NativeLibraryRequest request, List<Problem> problems)
    {
        _request = request;
        _problems = problems;
        _paths = new EnvironmentPaths(request);
        _collector = new NativeLibraryCollector(_paths);
    }

    /// <summary>Inspects; what cannot be read is left out and becomes a problem.</summary>
    public static NativeLibraries Inspect(NativeLibraryRequest request, List<Problem> problems) =>
        new NativeLibraryInspector(request, problems).Inspect();

    private NativeLibraries Inspect()
    {
        var objects = ReadObjects();
        var executable = Interpreter();
        var program = executable?.Image ?? (objects.Count > 0 ? objects[0].Image : null);
        if (program is null)
        {
            return NativeLibraries.None;
        }

        Resolve(objects, executable, program);
        var owners = new SystemPackageOwners(_request.SystemContext);
        return new NativeLibraries
        {
            Objects = Objects(objects),
            Libraries = Libraries(owners, program),
            Unresolved = _collector.Unresolved(),
            MissingAtStart = [.. _missingAtStart],
            PackageManager = owners.Manager,
            RequiredGlibc = RequiredGlibc(objects, executable),
        };
    }

    private List<SharedObject> ReadObjects()
    {
        var objects = new List<SharedObject>(_request.Candidates.Length);
        foreach (var candidate in _request.Candidates)
        {
            if (objects.Count == MaxCandidates)
            {
                _problems.Add(new Problem(
                    "native-libraries-limit", _request.Prefix, "too many native libraries, the rest are left out"));
                break;
            }

            if (Read(candidate.Path) is not { } file || _collector.IsShipped(file.Path))
            {
                continue;
            }

            objects.Add(file);
            _bundled.Add(file);
            _collector.AddOwned(file, candidate.Owner);
        }

        objects.Sort(static (left, right) => string.CompareOrdinal(left.Path, right.Path));
        return objects;
    }

    private SharedObject? Read(string path)
    {
        var entry = _files.Open(path);
        // A missing file is the reader of RECORD's to report; another format is no fault (linker scripts end in .so).
        if (entry.Result.Status is ElfStatus.Truncated or ElfStatus.Malformed)
        {
            _problems.Add(new Problem("native-library-malformed", path, entry.Result.Message!));
        }
        else if (entry.Result.Status == ElfStatus.Unreadable)
        {
            _problems.Add(new Problem("native-library-unreadable", path, $"cannot read the library ({entry.Result.Message})"));
        }

        return entry.Object;
    }

    private SharedObject? Interpreter()
    {
        // The kernel gives the loader the interpreter's real path: $ORIGIN of a virtual environment's link is not its own.
        return _request.Executable is { } path ? Read(RealPath.Of(path)) : null;
    }

    private void Resolve(List<SharedObject> objects, SharedObject? executable, ElfImage program)
    {
        var settings = new LoaderSettings(_request.SystemContext, program, _request.Prefix);
        var resolver = new SharedLibraryResolver(settings, _files) { Bundled = _bundled };
        var links = new List<LibraryLink>();
        if (executable is not null)
        {
            _collector.SetInterpreter(executable);
            resolver.LoadProgram(executable, links);
            AddMissingAtStart(executable, links);
            _collector.Take(executable, links);
        }

        foreach (var file in objects)
        {
            // Objects for another machine (a package may ship several) are never loaded here.
            if (file.Image.FitsWith(program) && file != executable)
            {
                resolver.OpenModule(file, links);
                _collector.Take(file, links);
            }
        }

        if (resolver.IsExhausted)
        {
            _problems.Add(new Problem(
                "native-libraries-limit", _request.Prefix, "the native libraries need too many others, not all were followed"));
        }
    }

    private void AddMissingAtStart(SharedObject executable, List<LibraryLink> links)
    {
        foreach (var link in links)
        {
            if (link.To is null && !_missingAtStart.Contains(link.Name))
            {
                _missingAtStart.Add(link.Name);
                var by = link.From == executable ? string.Empty : $", which {link.From.FileName} needs,";
                _problems.Add(new Problem(
                    "interpreter-library-missing", executable.Path, $"the loader does not find {link.Name}{by}: this Python does not start"));
            }
        }
    }

    private ImmutableArray<NativeObject> Objects(List<SharedObject> objects)
    {
        var shown = ImmutableArray.CreateBuilder<NativeObject>(objects.Count);
        foreach (var file in objects)
        {
            shown.Add(new NativeObject(
                _paths.Shown(file.Path), _collector.Owner(file.Path), file.Image.BuildId, file.Image.Needed));
        }

        shown.Sort(static (left, right) => string.CompareOrdinal(left.Path, right.Path));
        return shown.MoveToImmutable();
    }

    private ImmutableArray<NativeLibrary> Libraries(SystemPackageOwners owners, ElfImage program)
    {
        var outside = new List<string>();
        foreach (var library in _collector.Libraries)
        {
            if (!IsInside(library))
            {
                outside.Add(_paths.OnSystem(library.File.Path));
            }
        }

        var packages = owners.FindOwnersOfLibraries(outside, ElfMachine.DebianArchitecture(program));
        var libraries = ImmutableArray.CreateBuilder<NativeLibrary>();
        foreach (var library in _collector.Libraries)
        {
            libraries.Add(Library(library, packages));
        }

        libraries.Sort(static (left, right) => string.CompareOrdinal(left.Path, right.Path));
        return libraries.ToImmutable();
    }

    private NativeLibrary Library(CollectedLibrary library, Dictionary<string, SystemPackage> packages)
    {
        var neededBy = new List<string>(library.NeededBy);
        neededBy.Sort(StringComparer.Ordinal);
        var inside = IsInside(library);
        return new NativeLibrary
        {
            Soname = library.Soname,
            Path = inside ? _paths.Shown(library.File.Path) : _paths.OnSystem(library.File.Path),
            InEnvironment = inside,
            Owner = _collector.Owner(library.File.Path),
            BuildId = library.File.Image.BuildId,
            SystemPackage = inside ? null : packages.GetValueOrDefault(_paths.OnSystem(library.File.Path)),
            NeededBy = [.. neededBy],
            Role = NativeLibraryRoles.Of(library.File.FileName) ?? NativeLibraryRoles.Of(library.Soname),
            Preloaded = library.Preloaded,
        };
    }

    private bool IsInside(CollectedLibrary library) =>
        _collector.IsShipped(library.File.Path) || _paths.IsInside(library.File.Path);

    private static GlibcVersion? RequiredGlibc(List<SharedObject> objects, SharedObject? executable)
    {
        var highest = executable?.Image.RequiredGlibc;
        foreach (var file in objects)
        {
            if (file.Image.RequiredGlibc is { } required && (highest is null || required > highest))
            {
                highest = required;
            }
        }

        return highest;
    }
}

/// <summary>What to look at for native libraries.</summary>
internal sealed record NativeLibraryRequest
{
    public required SystemContext SystemContext { get; init; }

    /// <summary>The environment's prefix, absolute.</summary>
    public required string Prefix { get; init; }

    /// <summary>The prefix of the interpreter, where it is another one.</summary>
    public string? BasePrefix { get; init; }

    /// <summary>The interpreter; a link is followed.</summary>
    public string? Executable { get; init; }

    /// <summary>Extension modules and bundled libraries, in any order, the same one several times or not.</summary>
    public required ImmutableArray<NativeCandidate> Candidates { get; init; }
}

/// <summary>Tells the environment's paths from the system's, and how they are shown.</summary>
internal sealed class EnvironmentPaths
{
    private readonly string _root;
    private readonly string _prefix;
    private readonly string? _basePrefix;

    public EnvironmentPaths(NativeLibraryRequest request)
    {
        _root = request.SystemContext.RootDirectory;
        _prefix = RealPath.Of(request.Prefix);
        _basePrefix = request.BasePrefix is { } basePrefix ? RealPath.Of(basePrefix) : null;
    }

    /// <summary>Whether the path lies in the environment or its interpreter's prefix. The system's own prefix counts as the system.</summary>
    public bool IsInside(string realPath) => IsWithin(realPath, _prefix) || IsWithin(realPath, _basePrefix);

    /// <summary>Relative to the prefix where it lies there, else as the system has it.</summary>
    public string Shown(string realPath) => RealPath.IsWithin(realPath, _prefix) && _prefix.Length > 1
        ? realPath[Math.Min(realPath.Length, _prefix.Length + 1)..]
        : OnSystem(realPath);

    /// <summary>The path without the context's root.</summary>
    public string OnSystem(string realPath) =>
        _root != "/" && RealPath.IsWithin(realPath, _root) ? realPath[_root.TrimEnd('/').Length..] : realPath;

    private bool IsWithin(string path, string? prefix) =>
        prefix is not null && OnSystem(prefix) is not ("" or "/" or "/usr") && RealPath.IsWithin(path, prefix);
}
