using System.Collections.Immutable;
using Firn.Archives;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Common.Files;
using Firn.Conda;
using Firn.Conda.Locks;
using Firn.Python;
using Firn.Python.Indexes;
using Firn.Python.Locks;
using Firn.Python.Requirements;

namespace Firn.Creation.Inputs;

/// <summary>Reads locks and specs of every kind (docs/formats/locks.md).</summary>
/// <param name="systemContext">The current folder and variables.</param>
/// <param name="options">What is taken of them.</param>
internal sealed class SpecificationReader(SystemContext systemContext, SpecificationOptions options)
{
    private readonly string _platform = CondaPlatform.OfThisMachine();

    /// <summary>Reads files as one environment.</summary>
    /// <exception cref="FirnException">A file cannot be read, is of an unknown kind, or something in it cannot be used.</exception>
    public Specification Read(IReadOnlyList<string> files)
    {
        var specification = new Specification();
        foreach (var file in files)
        {
            specification = specification.With(ReadOne(file));
        }

        return specification;
    }

    private Specification ReadOne(string file)
    {
        var path = Path.GetFullPath(file, systemContext.CurrentDirectory);
        if (options.Store is { } store && !Path.Exists(path) && (ArchiveReference.IsReference(file) || NamesNoFile(file)))
        {
            return CaptureSpecification.Of(ArchiveReference.Locate(file, store, systemContext).Capture, file) with { Files = [file] };
        }

        if (Directory.Exists(path))
        {
            path = Path.Join(path, Capture.FileName);
            if (!File.Exists(path))
            {
                throw new FirnException($"{file} is a folder without a capture", $"name a lock or a spec in it: {RequestSetting.Files:FILE}");
            }
        }

        var head = BoundedFile.Read(path, LockFileDetector.HeadLength);
        if (head.Status is not (FileReadStatus.Read or FileReadStatus.TooLarge))
        {
            throw new FirnException($"cannot read {file}: {head.Reason}", $"name a lock or a spec: {RequestSetting.Files:FILE}");
        }

        var kind = LockFileDetector.Detect(Path.GetFileName(path), head.Bytes);
        var read = kind switch
        {
            LockFileKind.Explicit or LockFileKind.CondaSpecs => OfExplicit(ExplicitFileReader.Read(path, systemContext), file),
            LockFileKind.CondaLock => OfCondaLock(CondaLockReader.Read(path, systemContext), file),
            LockFileKind.EnvironmentYaml => OfEnvironmentYaml(EnvironmentYamlReader.Read(path, _platform, systemContext), file),
            LockFileKind.Requirements => OfRequirements(RequirementsFileReader.Read(file, systemContext), path, file),
            LockFileKind.Pylock => OfPylock(path),
            LockFileKind.Capture => CaptureSpecification.Of(CaptureReader.ReadFile(path, out _), Path.GetFileName(path)),
            _ => throw new FirnException($"{file} is not a lock that firn installs", LockFileDetector.Advice(kind) ?? "name another file"),
        };
        return read with { Files = [file] };
    }

    /// <summary>The digits of an environment id, or SUBJECT/NAME of a run; what ends as a file does is a lock that is not there.</summary>
    private static bool NamesNoFile(string text) => Path.GetExtension(text).Length == 0
        && (text.Split('/') is [{ Length: > 0 }, { Length: > 0 }] || (text.Length >= 8 && text.Split('@')[0].All(char.IsAsciiHexDigit)));

    private static Specification OfExplicit(ExplicitFile read, string file)
    {
        ThrowIfAny(file, read.Problems);
        return new Specification
        {
            Conda = read.Packages,
            CondaSpecs = read.Specs,
            Distributions = [.. read.PipLines.Select(CondaPipPackages.ToLocked)],
            Warnings = read.Warnings,
        };
    }

    private Specification OfCondaLock(CondaLock read, string file)
    {
        ThrowIfAny(file, read.Problems);
        var selection = read.Packages(
            _platform, CanonicalName.Of, options.Categories.Count == 0 ? null : [CondaLock.DefaultCategory, .. options.Categories]);
        ThrowIfAny(file, selection.Problems);
        return new Specification
        {
            Conda = selection.Conda,
            Channels = read.Channels,
            Distributions = [.. selection.Pip.Select(CondaPipPackages.ToLocked)],
            Warnings = read.Warnings,
        };
    }

    private Specification OfEnvironmentYaml(EnvironmentSpec read, string file)
    {
        ThrowIfAny(file, read.Problems);
        var folder = Path.GetDirectoryName(Path.GetFullPath(file, systemContext.CurrentDirectory))!;
        var lines = string.Join('\n', read.PipRequirements.Select(line => line.Text));
        var requirements = RequirementsFileReader.ReadText(lines, Path.Join(folder, Path.GetFileName(file)), systemContext);
        ThrowIfAny(file, requirements.Problems);
        return new Specification
        {
            CondaSpecs = read.Dependencies,
            Variables = read.Variables,
            Channels = read.Channels,
            Requirements = requirements,
            RequirementSources = lines.Length == 0 ? [] : [new RequirementSource(file, null, lines, folder)],
            Warnings = read.Warnings,
        };
    }

    private static Specification OfRequirements(RequirementsFile read, string path, string file)
    {
        ThrowIfAny(file, read.Problems);
        return new Specification
        {
            Requirements = read,
            RequirementSources = [new RequirementSource(file, path, null, Path.GetDirectoryName(path)!)],
        };
    }

    private Specification OfPylock(string path)
    {
        var read = PylockReader.ReadFile(path, systemContext);
        return new Specification { Pylocks = [read], Warnings = read.Problems };
    }

    /// <summary>All that is wrong with a file at once, as far as one line holds it.</summary>
    private static void ThrowIfAny(string file, ImmutableArray<Problem> problems)
    {
        if (!problems.IsEmpty)
        {
            var named = problems.Select(problem =>
                problem.Path is { } path && !problem.Message.Contains(path, StringComparison.Ordinal) ? $"{path}: {problem.Message}" : problem.Message).ToList();
            throw new FirnException(
                $"{file} cannot be installed as it is: {ShortList.Of(named)}",
                "mend the lines that are named, or make the lock anew");
        }
    }
}

/// <summary>What is taken of locks that hold more than one environment.</summary>
internal sealed record SpecificationOptions
{
    /// <summary>Categories of a conda-lock file beside <c>main</c>.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>The store whose captures may be named by an environment id or a run; <see langword="null"/> for files alone.</summary>
    public string? Store { get; init; }
}

/// <summary>The packages of pip in conda's locks, as any other locked distribution.</summary>
internal static class CondaPipPackages
{
    public static LockedDistribution ToLocked(LockedPipPackage package)
    {
        var hashes = package.Sha256 is { } sha256 && IndexHash.Create("sha256", sha256) is { } hash ? [hash]
            : package.Md5 is { } md5 && IndexHash.Create("md5", md5) is { } old ? [old]
            : Array.Empty<IndexHash>();
        var fileName = package.Url is { } url ? FileNameOf(url) : null;
        var isWheel = fileName?.EndsWith(".whl", StringComparison.Ordinal) ?? true;
        return new LockedDistribution
        {
            Name = CanonicalName.Of(package.Name),
            DisplayName = package.Name,
            Version = package.Version,
            Files = fileName is null || !isWheel ? [] : [new IndexFile { FileName = fileName, Url = package.Url!, Hashes = [.. hashes] }],
            Hashes = [.. hashes],
            Kind = isWheel ? LockedSourceKind.Wheel
                : ArchiveUrl.IsRepository(package.Url!) ? LockedSourceKind.Vcs
                : LockedSourceKind.SourceArchive,
            DirectUrl = isWheel ? null : package.Url,
            Origin = package.Origin,
            RequirementText = package.Url is null ? $"{package.Name}=={package.Version}" : $"{package.Name} @ {package.SafeUrl}",
        };
    }

    private static string FileNameOf(string url)
    {
        var end = url.AsSpan().IndexOfAny('#', '?');
        var path = end < 0 ? url : url[..end];
        return Uri.UnescapeDataString(path[(path.LastIndexOf('/') + 1)..]);
    }
}
